#!/usr/bin/env python3
"""Sets the version everywhere: to cut a release, and to go on after one.

``release/cut.py 0.1.0`` makes the tree what is to be released, and ``release/cut.py
0.2.0-SNAPSHOT`` what comes after it. Neither commits; each says what to do next. Without a version
it prints the one that the sources have.
"""

import argparse
import datetime
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: Folders that hold no sources, besides those whose names begin with a dot.
BUILT = {"target", "node_modules", "site", "results"}
#: What the wheel's version, and the Maven version in a POM, are told by.
WHEEL = "python/src/sparkserving/_version.py"
WHEEL_TESTS = "serving-functions/src/test/java/io/sparkserving/functions/python"
#: Files that name artifacts beside prose: they follow the sources, as they build from them.
RECIPES = (".yml", ".yaml", ".sh", ".json", ".toml", "Dockerfile")

_RELEASE = re.compile(r"\d+\.\d+\.\d+")
_SNAPSHOT = re.compile(r"\d+\.\d+\.\d+-SNAPSHOT")
_OWN = re.compile(
    r"(<groupId>io\.sparkserving</groupId>\s*<artifactId>[^<]*</artifactId>\s*<version>)([^<$]*)(<)"
)
_NAMED = re.compile(
    r"\b(serving-[a-z]+(?:_2\.1[23])?|sparkserving)([-:])(\d+\.\d+\.\d+(?:-SNAPSHOT|\.dev0)?)\b"
)
_IN_PYTHON = re.compile(r'(__version__ = ")([^"]*)(")')
_IN_JAVA = re.compile(r'(String VERSION = ")(\d+\.\d+\.\d+(?:\.dev0)?)(")')
_OF_CHART = re.compile(r"^(version: )(\S+)()$", re.MULTILINE)
_UNRELEASED = "## [Unreleased]\n"


class CannotCutError(Exception):
    """Why the version cannot be set; nothing has been written."""


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments say, and give the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("version", nargs="?", help="such as 0.1.0, and then 0.2.0-SNAPSHOT")
    parser.add_argument("--date", default=None, help="of the release, as 2026-11-30; today's")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.version is None:
        print(current(given.root))
        return 0
    try:
        date = given.date or datetime.datetime.now(datetime.timezone.utc).date().isoformat()
        if _RELEASE.fullmatch(given.version):
            written = release(given.root, given.version, date)
            following = after_release(given.version)
        else:
            written = go_on(given.root, given.version)
            following = after_going_on(given.version)
    except CannotCutError as cannot:
        print(cannot, file=sys.stderr)
        return 1
    print("\n".join(["Changed:", *(f"  {name}" for name in written), "", following]))
    return 0


def release(root: Path, version: str, date: str) -> list[str]:
    """Make the tree what is released; give the names of the files that changed."""
    try:
        datetime.date.fromisoformat(date)
    except ValueError as invalid:
        raise CannotCutError(f"Invalid date {date}: expected one such as 2026-11-30") from invalid
    if current(root) != f"{version}-SNAPSHOT" and not _comes_after(version, current(root)):
        raise CannotCutError(f"Cannot release {version}: the sources are at {current(root)}")
    changes = {root / "CHANGELOG.md": changelog(root, version, date), **_versions(root, version)}
    for path in _markdown(root):
        changes[path] = _named(path.read_text(), version)
    changes[root / "pom.xml"] = _with(
        changes[root / "pom.xml"],
        r"(<project\.build\.outputTimestamp>)[^<]*(<)",
        rf"\g<1>{date}T00:00:00Z\g<2>",
    )
    return _write(root, changes)


def go_on(root: Path, version: str) -> list[str]:
    """Make the tree what comes after the release that it holds; give the files that changed."""
    released = current(root)
    if not _SNAPSHOT.fullmatch(version):
        raise CannotCutError(f"Invalid version {version}: expected one such as 0.2.0-SNAPSHOT")
    if not _RELEASE.fullmatch(released):
        raise CannotCutError(f"Cannot go on from {released}: it is no release")
    if not _comes_after(version, released):
        raise CannotCutError(f"Cannot go on with {version}: {released} is out")
    changes = _versions(root, version)
    pom = changes[root / "pom.xml"]
    pom = _with(
        pom,
        r"<released\.version/>|<released\.version>[^<]*</released\.version>",
        f"<released.version>{released}</released.version>",
    )
    changes[root / "pom.xml"] = _with(pom, r"(<japicmp\.skip>)[^<]*(<)", r"\g<1>false\g<2>")
    return _write(root, changes)


def current(root: Path) -> str:
    """Give the version of the sources."""
    found = _OWN.search((root / "pom.xml").read_text())
    if found is None:
        raise CannotCutError("Missing the project's own version in pom.xml")
    return found[2]


def of_python(version: str) -> str:
    """Give a Maven version as Python writes it."""
    return version.replace("-SNAPSHOT", ".dev0")


def changelog(root: Path, version: str, date: str) -> str:
    """Give the changelog with what is unreleased under the version."""
    text = (root / "CHANGELOG.md").read_text()
    if f"## [{version}]" in text:
        raise CannotCutError(f"Cannot release {version}: CHANGELOG.md has it already")
    before, heading, after = text.partition(_UNRELEASED)
    if not heading:
        raise CannotCutError("Missing the heading [Unreleased] in CHANGELOG.md")
    if not re.search(r"^- ", after.split("\n## ", maxsplit=1)[0], re.MULTILINE):
        raise CannotCutError("Missing what is new: CHANGELOG.md has nothing under [Unreleased]")
    return f"{before}{heading}\n## [{version}] - {date}\n{after}"


def mentions(root: Path) -> Iterator[tuple[str, str]]:
    """Give every file that names the sources' version, with the version as Maven writes it."""
    for path in _poms(root):
        for found in _OWN.finditer(path.read_text()):
            yield _name(root, path), found[2]
    for path, pattern in [(root / WHEEL, _IN_PYTHON), *((p, _IN_JAVA) for p in _java(root))]:
        for found in pattern.finditer(path.read_text()):
            yield _name(root, path), found[2].replace(".dev0", "-SNAPSHOT")
    for path in _recipes(root):
        for found in _NAMED.finditer(path.read_text()):
            yield _name(root, path), found[3].replace(".dev0", "-SNAPSHOT")


def named_in_prose(root: Path) -> Iterator[tuple[str, str]]:
    """Give every page that names a version to take, with the version as Maven writes it."""
    for path in _markdown(root):
        for found in _NAMED.finditer(path.read_text()):
            yield _name(root, path), found[3].replace(".dev0", "-SNAPSHOT")


def _versions(root: Path, version: str) -> dict[Path, str]:
    as_maven = rf"\g<1>{version}\g<3>"
    as_python = rf"\g<1>{of_python(version)}\g<3>"
    changes = {path: _OWN.sub(as_maven, path.read_text()) for path in _poms(root)}
    changes[root / WHEEL] = _IN_PYTHON.sub(as_python, (root / WHEEL).read_text())
    for path in _java(root):
        changes[path] = _IN_JAVA.sub(as_python, path.read_text())
    for path in _recipes(root):
        changes[path] = _named(path.read_text(), version)
    for path in _charts(root):  # which has no snapshots
        as_chart = rf"\g<1>{version.removesuffix('-SNAPSHOT')}"
        changes[path] = _OF_CHART.sub(as_chart, path.read_text())
    return changes


def _named(text: str, version: str) -> str:
    def renamed(found: re.Match[str]) -> str:
        written = of_python(version) if found[1] == "sparkserving" else version
        return f"{found[1]}{found[2]}{written}"

    return _NAMED.sub(renamed, text)


def _with(text: str, pattern: str, replacement: str) -> str:
    changed, count = re.subn(pattern, replacement, text)
    if count != 1:
        raise CannotCutError(f"Cannot change pom.xml: it has {pattern} {count} times")
    return changed


def _write(root: Path, changes: dict[Path, str]) -> list[str]:
    written = [path for path, text in changes.items() if path.read_text() != text]
    for path in written:
        path.write_text(changes[path])
    return sorted(_name(root, path) for path in written)


def _comes_after(version: str, other: str) -> bool:
    return _numbers(version) > _numbers(other)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.removesuffix("-SNAPSHOT").split("."))


def _poms(root: Path) -> list[Path]:
    return [path for path in _sources(root) if path.name == "pom.xml"]


def _java(root: Path) -> list[Path]:
    return sorted((root / WHEEL_TESTS).glob("*.java"))


def _markdown(root: Path) -> list[Path]:
    pages = [path for path in _sources(root) if path.suffix == ".md"]
    return [path for path in pages if path != root / "CHANGELOG.md"]


def _charts(root: Path) -> list[Path]:
    return [path for path in _sources(root) if path.name == "Chart.yaml"]


def _recipes(root: Path) -> list[Path]:
    return [path for path in _sources(root) if path.name.endswith(RECIPES)]


def _sources(root: Path) -> list[Path]:
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in BUILT and name[0] != ".")
        found += [Path(folder) / name for name in sorted(files)]
    return found


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def after_release(version: str) -> str:
    """Say what follows the cut of a release."""
    major, minor, _ = _numbers(version)
    return f"""Next:
  git diff                                  read it
  ./mvnw -B -ntp verify                     and the rest of .ci/run
  git commit -am "release: {version}"
  git tag v{version}                           pushed, it is what releases
  release/cut.py {major}.{minor + 1}.0-SNAPSHOT             and commit that, too"""


def after_going_on(version: str) -> str:
    """Say what follows the first version after a release."""
    return f"""Next:
  git commit -am "release: go on with {version}"
From here on the build compares the surface with the last release, which it takes from
Maven Central: push this once the release is there."""


if __name__ == "__main__":
    sys.exit(main())
