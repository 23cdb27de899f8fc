#!/usr/bin/env python3
"""Checks a folder of staged artifacts by the rules that Maven Central has for what it publishes.

``release/central.py FOLDER`` checks what ``mvnw -Prelease deploy
-DaltDeploymentRepository=staged::file:FOLDER`` wrote. With ``--final``, as a release has to be: no
snapshot, and everything signed.
"""

import argparse
import hashlib
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from poms import Pom, Poms

GROUP = "io.sparkserving"
#: What is published; a test holds it against the POMs.
PUBLISHED = {
    "serving-parent",
    "serving-core",
    "serving-operations",
    "serving-functions",
    "serving-head",
    "serving-distributed",
    "serving-continuous",
    "serving-forwarding",
    "serving-journal",
    "serving-protocols",
    "serving-bundle",
    "serving-scala",
    "serving-scala_2.12",
    "serving-scala_2.13",
}
#: Elements that have to be in the model, with those of the parents.
REQUIRED = [
    "name",
    "description",
    "url",
    "licenses/license/name",
    "licenses/license/url",
    "developers/developer/name",
    "scm/connection",
    "scm/developerConnection",
    "scm/url",
]
SOURCES = (".java", ".scala")
CHECKSUMS = {".md5": "md5", ".sha1": "sha1"}
SBOM = "META-INF/sbom/serving-bundle.cdx.json"


def main(arguments: list[str] | None = None) -> int:
    """Check what the arguments name, print what is wrong, and give the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, help="a repository with the staged artifacts")
    parser.add_argument("--final", action="store_true", help="as a release has to be")
    given = parser.parse_args(arguments)
    wrong = list(faults(given.folder, final=given.final))
    for fault in wrong:
        print(fault, file=sys.stderr)
    print(f"{len(PUBLISHED)} artifacts to publish, {len(wrong)} faults")
    return 1 if wrong else 0


def faults(repository: Path, *, final: bool) -> Iterator[str]:
    """Give what Central would refuse, a sentence each."""
    poms = Poms.staged(repository)
    staged = {pom.artifact for pom in poms}
    yield from (f"{name}: Missing" for name in sorted(PUBLISHED - staged))
    yield from (f"{name}: Unexpected, as it is not to be published" for name in staged - PUBLISHED)
    versions = {pom.version for pom in poms}
    if len(versions) > 1:
        yield f"Invalid versions {sorted(versions)}: expected one"
    for pom in poms:
        for fault in (*_model(pom, final=final), *_files(pom, final=final)):
            yield f"{pom.artifact}: {fault}"


def _model(pom: Pom, *, final: bool) -> Iterator[str]:
    if pom.group != GROUP:
        yield f"Invalid groupId {pom.group}: expected {GROUP}"
    for element in REQUIRED:
        value = pom.value(element)
        if not value:
            yield f"Missing {element} in the POM"
        elif "${" in value:
            yield f"Invalid {element} in the POM: nothing says what {value} is"
    for element in ("url", "scm/url"):  # and not what somebody wants to fill in later
        if not re.match(r"https://[^/]+", pom.value(element)):
            yield f"Invalid {element} {pom.value(element)!r} in the POM: expected an address"
    if final and pom.version.endswith("-SNAPSHOT"):
        yield f"Invalid version {pom.version}: expected a release"
    if pom.has("repositories") or pom.has("pluginRepositories"):
        yield "Invalid POM: it names repositories of its own"
    yield from _dependencies(pom, final=final)


def _dependencies(pom: Pom, *, final: bool) -> Iterator[str]:
    for name, version, scope in pom.dependencies():
        own = name.startswith(f"{GROUP}:") and version == pom.version
        if not version:
            yield f"Missing version of {name}"
        elif "-SNAPSHOT" in version and not (own and not final):
            yield f"Invalid version {version} of {name}: expected a release"
        elif "${" in version:
            yield f"Invalid version {version} of {name}: nothing says what it is"
        if scope == "system":
            yield f"Invalid scope of {name}: system"


def _files(pom: Pom, *, final: bool) -> Iterator[str]:
    files = [path for path in pom.folder.iterdir() if not path.name.startswith("maven-metadata")]
    for path in files:
        if path.suffix in {*CHECKSUMS, ".asc"}:
            continue
        for suffix, algorithm in CHECKSUMS.items():
            yield from _checksum(path, suffix, algorithm)
        if final and not path.with_name(f"{path.name}.asc").exists():
            yield f"Missing signature of {path.name}"
    if pom.packaging == "pom":
        return
    for classifier in ("", "sources", "javadoc"):
        found = [path for path in files if path.name in pom.file_names(classifier)]
        if len(found) != 1:
            yield f"Missing {classifier or 'main'} jar"
        else:
            yield from _content(pom, classifier, found[0])


def _checksum(path: Path, suffix: str, algorithm: str) -> Iterator[str]:
    beside = path.with_name(path.name + suffix)
    if not beside.exists():
        yield f"Missing {suffix} of {path.name}"
    elif beside.read_text().strip() != hashlib.new(algorithm, path.read_bytes()).hexdigest():
        yield f"Invalid {suffix} of {path.name}: the file is another"


def _content(pom: Pom, classifier: str, path: Path) -> Iterator[str]:
    try:
        with zipfile.ZipFile(path) as jar:
            names = set(jar.namelist())
    except zipfile.BadZipFile:
        yield f"Invalid {path.name}: it is no jar"
        return
    if classifier == "sources" and not any(name.endswith(SOURCES) for name in names):
        yield f"Invalid {path.name}: it has no sources"
    if classifier == "javadoc" and "index.html" not in names:
        yield f"Invalid {path.name}: it has no index.html"
    if not classifier and not any(name.endswith(".class") for name in names):
        yield f"Invalid {path.name}: it has no classes"
    if not classifier and pom.artifact == "serving-bundle":
        for needed in ("META-INF/LICENSE", "META-INF/NOTICE", SBOM):
            if needed not in names:
                yield f"Missing {needed} in {path.name}"


if __name__ == "__main__":
    sys.exit(main())
