"""Builds and installs what servers need, in the build folder."""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from harness.servers import BENCHMARKS, ROOT, TARGET

_MAVEN = [str(ROOT / "mvnw"), "-q", "-B", "-ntp"]
_CLASS_PATH = ["dependency:build-classpath", "-Dmdep.outputFile=target/class-path"]
_SKIPS = ["-DskipTests", "-Dspotless.check.skip"]
_LINES = ["spark-4.2", "spark-4.1", "spark-3.5_2.12"]


def require_wrk() -> None:
    """Stop here if there is no wrk."""
    if not shutil.which("wrk"):
        sys.exit("Missing wrk: on Debian and Ubuntu, apt-get install wrk")


def prepare(needs: Iterable[str]) -> set[str]:
    """Get what is needed, once each; gives what cannot be had, and says why."""
    failed = set()
    for need in dict.fromkeys(needs):
        print(f"Preparing {need} ...", flush=True)
        try:
            _prepare(need)
        except (subprocess.CalledProcessError, OSError) as e:
            if need in ("serving", "bundle"):
                raise
            failed.add(need)
            print(f"Cannot install {need}, which is left out: {e}", flush=True)
    return failed


def _prepare(need: str) -> None:
    if need == "serving":
        modules = ",".join(["benchmarks", *(f"compatibility/{line}" for line in _LINES)])
        # The lines of Spark between the oldest and the newest are in that profile alone.
        every_line = [*_MAVEN, "-Peverything", "-pl", modules, "-am"]
        _run([*every_line, *_SKIPS, "package", *_CLASS_PATH], ROOT)
    elif need == "bundle":
        _run([*_MAVEN, "-pl", "serving-bundle", "-am", *_SKIPS, "package"], ROOT)
    elif need == "synapseml":
        _run([*_MAVEN, "-f", "benchmarks/synapseml", "compile", *_CLASS_PATH], ROOT)
    else:
        install(need)


def install(name: str) -> None:
    """Make a Python environment with what its file names, unless it is there."""
    requirements = BENCHMARKS / "python" / f"requirements-{name}.txt"
    folder = TARGET / "venvs" / name
    installed = folder / requirements.name
    if installed.exists() and installed.read_text() == requirements.read_text():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "venv", str(folder)], BENCHMARKS)
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--requirement", str(requirements)], BENCHMARKS)
    shutil.copy(requirements, installed)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True)
