"""Brings what the site needs of others into target/website: Mermaid by npm, Javadoc by the JDK.

Without npm diagrams are drawn where the reader's browser reaches the host that the theme asks for
Mermaid; without a JDK the Java API has no page for each class.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BROUGHT = ROOT / "target" / "website"
#: Of the line that the theme is made for.
MERMAID = "mermaid@11.17.2"
MERMAID_FILE = "package/dist/mermaid.min.js"
JAVADOC = ["-quiet", "-notimestamp", "-Xdoclint:none", "--ignore-source-errors"]
#: What users call. Types of Spark stay without links, so nothing else has to be there.
PACKAGE = "io.sparkserving"
LIMIT_SECONDS = 120


def bring_mermaid() -> None:
    """Get the one file of Mermaid that browsers take, unless it is there."""
    assets = BROUGHT / "assets"
    mark = assets / "mermaid.min.js"
    stamp = BROUGHT / MERMAID
    if stamp.exists() and mark.exists():
        return
    if shutil.which("npm") is None:
        print("Without npm the site's diagrams need another host.")
        return
    assets.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pack = ["npm", "pack", "--silent", MERMAID]
        subprocess.run(pack, cwd=folder, check=True, timeout=LIMIT_SECONDS, capture_output=True)
        (package,) = Path(folder).glob("*.tgz")
        with tarfile.open(package) as files:
            file = files.extractfile(MERMAID_FILE)
            if file is None:
                raise FileNotFoundError(f"Missing {MERMAID_FILE} in {MERMAID}")
            mark.write_bytes(file.read())
    stamp.touch()


def make_javadoc() -> None:
    """Describe the package that users call."""
    home = os.environ.get("JAVA_HOME")
    javadoc = shutil.which("javadoc", path=f"{home}/bin" if home else None)
    if javadoc is None:
        print("Without a JDK the site has no Javadoc.")
        return
    target = BROUGHT / "javadoc"
    shutil.rmtree(target, ignore_errors=True)
    sources = ROOT / "serving-core" / "src" / "main" / "java"
    command = [javadoc, *JAVADOC, "-d", str(target), "-sourcepath", str(sources), PACKAGE]
    made = subprocess.run(
        command, timeout=LIMIT_SECONDS, capture_output=True, text=True, check=False
    )
    if made.returncode != 0 or not (target / "index.html").exists():
        raise RuntimeError(f"Cannot make Javadoc: {made.stdout[-2000:]}{made.stderr[-2000:]}")


if __name__ == "__main__":
    bring_mermaid()
    make_javadoc()
