#!/usr/bin/env python3
"""Builds what is published twice, in two folders, and compares it bit by bit.

``release/twice.py`` copies the sources, without what Git ignores, into folders of other names, and
builds there under other circumstances: time zone, language, file permissions. It needs nox. What
stands after ``--`` is for Maven, such as ``-- -T1``.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from poms import untimed

ROOT = Path(__file__).resolve().parents[1]
#: What builds, with the parents and modules that it needs, all that is published.
MODULES = "serving-bundle,serving-scala/2.12,serving-scala/2.13"
#: Each build's folder, environment and permissions that new files do not get.
BUILDS = [
    ("one", {"TZ": "UTC", "LC_ALL": "C.UTF-8"}, 0o022),
    ("another-one", {"TZ": "Asia/Kolkata", "LC_ALL": "C"}, 0o002),
]
PUBLISHED = {".jar", ".pom", ".whl"}


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments say, and give the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("--folder", type=Path, help="where to build, and leave what was built")
    parser.add_argument("maven", nargs="*", help="options for Maven")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="twice-") as temporary:
        folder = given.folder or Path(temporary)
        results = [
            build(folder / name, environment, mask, given.maven)
            for name, environment, mask in BUILDS
        ]
        found = differences(*results)
    for difference in found:
        print(difference, file=sys.stderr)
    print(f"{len(results[0])} files built twice, {len(found)} differ")
    return 1 if found else 0


def build(
    folder: Path, environment: dict[str, str], mask: int, maven: list[str]
) -> dict[str, Path]:
    """Build a copy of the sources, and give the files that are published by their names."""
    before = os.umask(mask)
    try:
        copy(folder)
        staged = folder / "target" / "staged"
        command = ["./mvnw", "-B", "-ntp", "-q", "-Prelease", "-DskipTests", *maven, "deploy"]
        command += ["-pl", MODULES, "-am", f"-DaltDeploymentRepository=staged::{staged.as_uri()}"]
        wheel = [sys.executable, "-m", "nox", "-f", "python/noxfile.py", "-s", "build"]
        for step in (command, wheel):
            subprocess.run(step, cwd=folder, env={**os.environ, **environment}, check=True)
    finally:
        os.umask(before)
    return published([staged, folder / "python" / "target" / "dist"])


def copy(folder: Path) -> None:
    """Copy the sources, with what is not committed yet."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
            if os.access(ROOT / name, os.X_OK):
                target.chmod(target.stat().st_mode | 0o100)


def published(folders: list[Path]) -> dict[str, Path]:
    """Give the files to publish by name, without the time of a snapshot."""
    paths = [path for folder in folders for path in folder.rglob("*")]
    found = {untimed(path.name): path for path in paths if path.suffix in PUBLISHED}
    if not found:
        raise FileNotFoundError(f"Missing anything to publish in {folders}")
    return found


def differences(one: dict[str, Path], other: dict[str, Path]) -> list[str]:
    """Say what differs, a line each: which file, and what in it."""
    found = [f"{name}: built once" for name in sorted(one.keys() ^ other.keys())]
    for name in sorted(one.keys() & other.keys()):
        if one[name].read_bytes() != other[name].read_bytes():
            details = _entries(one[name], other[name]) if name.endswith((".jar", ".whl")) else []
            found += [f"{name}: {detail}" for detail in details or ["differs"]]
    return found


def _entries(one: Path, other: Path) -> list[str]:
    with zipfile.ZipFile(one) as first, zipfile.ZipFile(other) as second:
        old = {entry.filename: entry for entry in first.infolist()}
        new = {entry.filename: entry for entry in second.infolist()}
        found = [f"{name} is in one" for name in sorted(old.keys() ^ new.keys())]
        for name in sorted(old.keys() & new.keys()):
            if first.read(name) != second.read(name):
                found.append(f"{name} differs")
            elif old[name].date_time != new[name].date_time:
                found.append(f"{name} is of {old[name].date_time} and {new[name].date_time}")
            elif old[name].external_attr != new[name].external_attr:
                found.append(f"{name} has other permissions")
        if not found and list(old) != list(new):
            found.append("entries are in another order")
    return found


if __name__ == "__main__":
    sys.exit(main())
