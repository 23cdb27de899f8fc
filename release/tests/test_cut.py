import re
from pathlib import Path

import pytest

import cut

ROOT = Path(__file__).parents[2]
POM = """<project>
  <groupId>io.sparkserving</groupId>
  <artifactId>serving-parent</artifactId>
  <version>0.1.0-SNAPSHOT</version>
  <properties>
    <project.build.outputTimestamp>2020-01-01T00:00:00Z</project.build.outputTimestamp>
    <released.version/>
    <japicmp.skip>true</japicmp.skip>
    <other.version>0.1.0-SNAPSHOT</other.version>
  </properties>
</project>
"""
MODULE = """<project>
  <parent>
    <groupId>io.sparkserving</groupId>
    <artifactId>serving-parent</artifactId>
    <version>0.1.0-SNAPSHOT</version>
  </parent>
  <dependency>
    <groupId>io.sparkserving</groupId>
    <artifactId>serving-core</artifactId>
    <version>${project.version}</version>
  </dependency>
</project>
"""
CHANGELOG = """# Changelog

## [Unreleased]

### Added

- Something.
"""
PROSE = """Take `io.sparkserving:serving-bundle:0.1.0-SNAPSHOT`,
serving-scala_2.13-0.1.0-SNAPSHOT.jar, sparkserving-0.1.0.dev0-py3-none-any.whl, jetty-12.1.14.jar.
"""


@pytest.fixture
def tree(tmp_path):
    files = {
        "pom.xml": POM,
        "serving-core/pom.xml": MODULE,
        "serving-core/target/pom.xml": MODULE,
        "CHANGELOG.md": CHANGELOG,
        "docs/use.md": PROSE,
        "deploy/Dockerfile": "COPY serving-bundle-0.1.0-SNAPSHOT.jar /\n",
        "deploy/chart/Chart.yaml": "apiVersion: v2\nversion: 0.0.1\n",
        cut.WHEEL: '__version__ = "0.1.0.dev0"\n',
        f"{cut.WHEEL_TESTS}/Some.java": 'String VERSION = "0.1.0.dev0";\n',
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_all_sources_are_at_one_version():
    expected = cut.current(ROOT)

    assert [found for found in cut.mentions(ROOT) if found[1] != expected] == []
    assert {cut.WHEEL, "pom.xml", "serving-bundle/pom.xml"} <= {
        name for name, _ in cut.mentions(ROOT)
    }


def test_pages_name_what_can_be_built_or_got():
    known = {cut.current(ROOT), *re.findall(r"^## \[(\d.*?)\]", _changelog(), re.MULTILINE)[:1]}

    assert [found for found in cut.named_in_prose(ROOT) if found[1] not in known] == []


def _changelog():
    return (ROOT / "CHANGELOG.md").read_text()


def test_this_tree_can_be_released(tmp_path):
    for source in [*ROOT.glob("*.md"), *cut._poms(ROOT), *cut._java(ROOT), ROOT / cut.WHEEL]:
        copy = tmp_path / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(source.read_text())

    version = cut.current(ROOT).removesuffix("-SNAPSHOT")
    cut.release(tmp_path, version, "2026-12-24")

    assert {found for _, found in cut.mentions(tmp_path)} == {version}
    assert "-SNAPSHOT" not in (tmp_path / "pom.xml").read_text()


def test_a_release_has_its_version_and_date_everywhere(tree):
    assert cut.main(["0.1.0", "--date", "2026-12-24", "--root", str(tree)]) == 0

    pom = (tree / "pom.xml").read_text()
    assert "<version>0.1.0</version>" in pom
    assert "<project.build.outputTimestamp>2026-12-24T00:00:00Z<" in pom
    assert "<other.version>0.1.0-SNAPSHOT</other.version>" in pom
    assert "<version>0.1.0</version>" in (tree / "serving-core/pom.xml").read_text()
    assert "<version>${project.version}</version>" in (tree / "serving-core/pom.xml").read_text()
    assert (tree / "serving-core/target/pom.xml").read_text() == MODULE
    assert (tree / cut.WHEEL).read_text() == '__version__ = "0.1.0"\n'
    assert (tree / cut.WHEEL_TESTS / "Some.java").read_text() == 'String VERSION = "0.1.0";\n'
    assert (tree / "deploy/Dockerfile").read_text() == "COPY serving-bundle-0.1.0.jar /\n"
    assert (tree / "deploy/chart/Chart.yaml").read_text() == "apiVersion: v2\nversion: 0.1.0\n"
    prose = (tree / "docs/use.md").read_text()
    assert prose == PROSE.replace("0.1.0-SNAPSHOT", "0.1.0").replace("0.1.0.dev0", "0.1.0")


def test_without_a_version_it_tells_the_one_there_is(tree, capsys):
    assert cut.main(["--root", str(tree)]) == 0

    assert capsys.readouterr().out == "0.1.0-SNAPSHOT\n"


def test_what_was_unreleased_stands_under_the_version(tree):
    cut.release(tree, "0.1.0", "2026-12-24")

    assert (tree / "CHANGELOG.md").read_text() == CHANGELOG.replace(
        "## [Unreleased]\n", "## [Unreleased]\n\n## [0.1.0] - 2026-12-24\n"
    )


def test_after_a_release_the_surface_is_compared_with_it_and_pages_still_name_it(tree):
    cut.release(tree, "0.1.0", "2026-12-24")
    prose = (tree / "docs/use.md").read_text()

    assert cut.main(["0.2.0-SNAPSHOT", "--root", str(tree)]) == 0

    pom = (tree / "pom.xml").read_text()
    assert "<version>0.2.0-SNAPSHOT</version>" in pom
    assert "<released.version>0.1.0</released.version>" in pom
    assert "<japicmp.skip>false</japicmp.skip>" in pom
    assert (tree / cut.WHEEL).read_text() == '__version__ = "0.2.0.dev0"\n'
    assert (tree / "docs/use.md").read_text() == prose


def test_the_next_release_but_one_moves_on(tree):
    cut.release(tree, "0.1.0", "2026-12-24")
    cut.go_on(tree, "0.2.0-SNAPSHOT")
    text = (tree / "CHANGELOG.md").read_text()
    (tree / "CHANGELOG.md").write_text(text.replace("ed]\n", "ed]\n\n- More.\n", 1))

    cut.release(tree, "0.2.0", "2027-01-01")

    assert "serving-bundle:0.2.0`" in (tree / "docs/use.md").read_text()
    cut.go_on(tree, "0.3.0-SNAPSHOT")
    assert "<released.version>0.2.0</released.version>" in (tree / "pom.xml").read_text()


@pytest.mark.parametrize(
    ("version", "date", "reason"),
    [
        ("0.0.9", "2026-12-24", "Cannot release 0.0.9: the sources are at 0.1.0-SNAPSHOT"),
        ("0.1.0", "24.12.2026", "Invalid date 24.12.2026"),
        ("0.1", "2026-12-24", "Invalid version 0.1"),
        ("0.2.0-SNAPSHOT", "2026-12-24", "Cannot go on from 0.1.0-SNAPSHOT: it is no release"),
    ],
)
def test_what_makes_no_sense_changes_nothing(tree, capsys, version, date, reason):
    assert cut.main([version, "--date", date, "--root", str(tree)]) == 1

    assert reason in capsys.readouterr().err
    assert (tree / "pom.xml").read_text() == POM
    assert (tree / "CHANGELOG.md").read_text() == CHANGELOG


def test_a_release_without_news_is_refused(tree):
    (tree / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n\n## [0.0.1]\n\n- Old.\n")

    with pytest.raises(cut.CannotCutError, match="Missing what is new"):
        cut.release(tree, "0.1.0", "2026-12-24")


def test_a_version_is_released_once(tree):
    (tree / "CHANGELOG.md").write_text(CHANGELOG + "\n## [0.1.0] - 2026-01-01\n")

    with pytest.raises(cut.CannotCutError, match="has it already"):
        cut.release(tree, "0.1.0", "2026-12-24")
