"""POMs as whoever uses the artifacts reads them: with what their parents give."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

_SPACE = "{http://maven.apache.org/POM/4.0.0}"
_TIMED = re.compile(r"-\d{8}\.\d{6}-\d+")


class Pom:
    """One POM, and its parent where it has one."""

    def __init__(self, path: Path) -> None:
        """Read the file."""
        self.folder = path.parent
        self.path = path
        self.parent: Pom | None = None
        self._root = ET.parse(path).getroot()  # noqa: S314

    @property
    def artifact(self) -> str:
        """The artifact id."""
        return self._own("artifactId")

    @property
    def group(self) -> str:
        """The group id, which may be the parent's."""
        return self._own("groupId") or self._own("parent/groupId")

    @property
    def version(self) -> str:
        """The version, which may be the parent's."""
        return self._own("version") or self._own("parent/version")

    @property
    def packaging(self) -> str:
        """What it packs."""
        return self._own("packaging") or "jar"

    @property
    def parent_artifact(self) -> str:
        """The parent's artifact id, or nothing."""
        return self._own("parent/artifactId")

    def file_names(self, classifier: str) -> set[str]:
        """Give the names that a jar of it may have; those of snapshots have a time."""
        end = f"-{classifier}.jar" if classifier else ".jar"
        return {path.stem + end for path in self.folder.glob("*.pom")}

    def has(self, element: str) -> bool:
        """Tell whether the file itself has an element."""
        return self._root.find(_qualified(element)) is not None

    def value(self, element: str) -> str:
        """Give an element's text, or that of the nearest parent which has it."""
        if self._own(element) or self.parent is None:
            return self._resolved(self._own(element))
        if element == "name":  # is what Maven does not inherit
            return ""
        return self._resolved(self.parent.value(element))

    def properties(self) -> dict[str, str]:
        """Give the properties with those of the parents."""
        given = self.parent.properties() if self.parent else {}
        own = self._root.find(_qualified("properties"))
        for child in own if own is not None else []:
            given[child.tag.removeprefix(_SPACE)] = (child.text or "").strip()
        return {**given, "project.version": self.version, "project.groupId": self.group}

    def dependencies(self) -> Iterator[tuple[str, str, str]]:
        """Give each dependency's name, version and scope, as far as the POM and its parents say."""
        managed = self._managed()
        for element in self._root.findall(_qualified("dependencies/dependency")):
            name, version, scope = self._dependency(element)
            known, default = managed.get(name, ("", ""))
            yield name, version or known, scope or default

    def _managed(self) -> dict[str, tuple[str, str]]:
        found = self.parent._managed() if self.parent else {}
        path = _qualified("dependencyManagement/dependencies/dependency")
        for element in self._root.findall(path):
            name, version, scope = self._dependency(element)
            if scope == "import":
                # What a list of others gives is not here to read; that there is one is enough.
                found.update({f"{name.split(':')[0]}*": (version, "")})
            found[name] = (version, scope)
        return _Managed(found)

    def _dependency(self, element: ET.Element) -> tuple[str, str, str]:
        def text(tag: str) -> str:
            return self._resolved((element.findtext(_SPACE + tag) or "").strip())

        return f"{text('groupId')}:{text('artifactId')}", text("version"), text("scope")

    def _own(self, element: str) -> str:
        return (self._root.findtext(_qualified(element)) or "").strip()

    def _resolved(self, text: str) -> str:
        known = self.properties()
        for _ in range(5):  # as deep as one names another
            text = re.sub(r"\$\{([^}]*)\}", lambda found: known.get(found[1], found[0]), text)
        return text


class _Managed(dict[str, tuple[str, str]]):
    """Versions by name; those of a list of others by the group that the list is of."""

    def get(self, name: str, default: tuple[str, str] = ("", "")) -> tuple[str, str]:  # type: ignore[override]
        if name in self:
            return self[name]
        group = name.split(":", maxsplit=1)[0]
        lists = [key[:-1] for key in self if key.endswith("*")]
        return next((self[f"{key}*"] for key in lists if group.startswith(key)), default)


class Poms(list[Pom]):
    """POMs that know their parents."""

    def __init__(self, poms: list[Pom]) -> None:
        """Find the parents among them."""
        super().__init__(poms)
        by_name = {pom.artifact: pom for pom in poms}
        for pom in poms:
            pom.parent = by_name.get(pom.parent_artifact)

    @staticmethod
    def staged(repository: Path) -> "Poms":
        """Read those of a repository."""
        return Poms([Pom(path) for path in sorted(repository.rglob("*.pom"))])

    @staticmethod
    def of_sources(root: Path) -> "Poms":
        """Read those of a source tree, without those that stand alone."""
        found = []
        pending = [root]
        while pending:
            folder = pending.pop()
            pom = Pom(folder / "pom.xml")
            found.append(pom)
            for path in ("modules/module", "profiles/profile/modules/module"):
                modules = pom._root.findall(_qualified(path))
                pending += [folder / (module.text or "") for module in modules]
        return Poms(found)


def untimed(name: str) -> str:
    """Give the name that a snapshot's file has without the time of its staging."""
    return _TIMED.sub("-SNAPSHOT", name)


def _qualified(element: str) -> str:
    return "/".join(_SPACE + part for part in element.split("/"))
