import hashlib
import os
import zipfile
from pathlib import Path

import pytest

import central
from poms import Poms

ROOT = Path(__file__).parents[2]
SPACE = 'xmlns="http://maven.apache.org/POM/4.0.0"'
PARENT = f"""<project {SPACE}>
  <groupId>io.sparkserving</groupId>
  <artifactId>serving-parent</artifactId>
  <version>0.1.0</version>
  <packaging>pom</packaging>
  <name>Parent</name>
  <description>All of it.</description>
  <url>${{site}}</url>
  <licenses><license><name>L</name><url>https://example.org/l</url></license></licenses>
  <developers><developer><name>D</name></developer></developers>
  <scm>
    <connection>scm:git:x</connection>
    <developerConnection>scm:git:x</developerConnection>
    <url>https://example.org/x</url>
  </scm>
  <properties><site>https://example.org</site><jetty>12.1</jetty></properties>
  <dependencyManagement><dependencies><dependency>
    <groupId>org.eclipse.jetty</groupId><artifactId>jetty-bom</artifactId>
    <version>${{jetty}}</version><scope>import</scope>
  </dependency></dependencies></dependencyManagement>
</project>
"""
MODULE = f"""<project {SPACE}>
  <parent>
    <groupId>io.sparkserving</groupId>
    <artifactId>serving-parent</artifactId>
    <version>0.1.0</version>
  </parent>
  <artifactId>NAME</artifactId>
  <name>One</name>
  <description>A part.</description>
  <dependencies>
    <dependency>
      <groupId>org.eclipse.jetty</groupId><artifactId>jetty-server</artifactId>
    </dependency>
    <dependency>
      <groupId>io.sparkserving</groupId><artifactId>serving-core</artifactId>
      <version>${{project.version}}</version>
    </dependency>
  </dependencies>
</project>
"""
CONTENT = {
    "": ["A.class", "META-INF/LICENSE", "META-INF/NOTICE", central.SBOM],
    "-sources": ["A.java"],
    "-javadoc": ["index.html"],
}


@pytest.fixture
def staged(tmp_path):
    for artifact in central.PUBLISHED:
        folder = tmp_path / "io/sparkserving" / artifact / "0.1.0"
        folder.mkdir(parents=True)
        pom = PARENT if artifact == "serving-parent" else MODULE.replace("NAME", artifact)
        (folder / f"{artifact}-0.1.0.pom").write_text(pom)
        for end, names in CONTENT.items():
            with zipfile.ZipFile(folder / f"{artifact}-0.1.0{end}.jar", "w") as jar:
                for name in names:
                    jar.writestr(name, "x")
        for path in list(folder.iterdir()):
            finish(path)
    return tmp_path


def finish(path):
    for suffix, algorithm in central.CHECKSUMS.items():
        digest = hashlib.new(algorithm, path.read_bytes()).hexdigest()
        path.with_name(path.name + suffix).write_text(digest)
    path.with_name(path.name + ".asc").write_text("signed")


def change(staged, name, old, new):
    (path,) = staged.rglob(name)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    finish(path)


def found(staged, *, final=True):
    return list(central.faults(staged, final=final))


def test_what_is_complete_has_no_faults(staged):
    assert found(staged) == []
    assert central.main(["--final", str(staged)]) == 0


def test_the_list_of_what_is_published_is_that_of_the_poms():
    poms = Poms.of_sources(ROOT)
    deployed = {p.artifact for p in poms if p.properties().get("maven.deploy.skip") != "true"}

    assert deployed == central.PUBLISHED


def test_every_pom_of_the_sources_has_what_central_asks_for():
    poms = [pom for pom in Poms.of_sources(ROOT) if pom.artifact in central.PUBLISHED]

    assert [fault for pom in poms for fault in central._model(pom, final=False)] == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<name>Parent</name>", "", "Missing name"),
        ("<url>${site}</url>", "", "Missing url"),
        ("<url>${site}</url>", "<url>${nothing}</url>", "nothing says what ${nothing} is"),
        ("<url>${site}</url>", "<url>to come</url>", "Invalid url 'to come'"),
        ("<name>L</name>", "", "Missing licenses/license/name"),
        ("<name>D</name>", "", "Missing developers/developer/name"),
        ("<connection>scm:git:x</connection>", "", "Missing scm/connection"),
        ("<version>0.1.0</version>", "<version>0.2.0</version>", "Invalid versions"),
        ("<properties>", "<repositories/><properties>", "it names repositories"),
    ],
)
def test_what_the_parent_lacks_is_told(staged, old, new, fault):
    change(staged, "serving-parent-0.1.0.pom", old, new)

    assert any(fault in text for text in found(staged))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<name>One</name>", "", "Missing name"),
        ("<version>${project.version}</version>", "", "Missing version of io.sparkserving"),
        ("${project.version}", "1-SNAPSHOT", "Invalid version 1-SNAPSHOT of io.sparkserving"),
        ("${project.version}", "${none}", "nothing says what it is"),
        ("org.eclipse.jetty", "org.other", "Missing version of org.other:jetty-server"),
        ("<version>${", "<scope>system</scope><version>${", "Invalid scope"),
    ],
)
def test_what_a_module_lacks_is_told(staged, old, new, fault):
    change(staged, "serving-head-0.1.0.pom", old, new)

    (told,) = found(staged)
    assert told.startswith("serving-head: ")
    assert fault in told


@pytest.mark.parametrize("end", ["", "-sources", "-javadoc"])
def test_a_jar_that_is_missing_empty_or_none_is_told(staged, end):
    (jar,) = staged.rglob(f"serving-head-0.1.0{end}.jar")
    jar.write_text("no jar")
    finish(jar)
    assert found(staged) == [f"serving-head: Invalid {jar.name}: it is no jar"]

    zipfile.ZipFile(jar, "w").close()
    finish(jar)
    assert found(staged)[0].startswith(f"serving-head: Invalid {jar.name}: it has no ")

    for path in staged.rglob(f"{jar.name}*"):
        path.unlink()
    assert found(staged) == [f"serving-head: Missing {end.removeprefix('-') or 'main'} jar"]


def test_an_artifact_that_is_missing_or_too_many_is_told(staged):
    change(staged, "serving-head-0.1.0.pom", "serving-head", "serving-examples")

    assert "serving-head: Missing" in found(staged)
    assert any(text.startswith("serving-examples: Unexpected") for text in found(staged))


def test_a_file_that_is_not_signed_or_another_is_told(staged):
    for path in staged.rglob("serving-head-0.1.0.jar.asc"):
        path.unlink()
    (path,) = staged.rglob("serving-head-0.1.0.pom.sha1")
    path.write_text("0")
    for missing in staged.rglob("serving-core-0.1.0.jar.md5"):
        missing.unlink()

    assert set(found(staged)) == {
        "serving-head: Missing signature of serving-head-0.1.0.jar",
        "serving-head: Invalid .sha1 of serving-head-0.1.0.pom: the file is another",
        "serving-core: Missing .md5 of serving-core-0.1.0.jar",
    }


@pytest.mark.parametrize("lost", ["META-INF/LICENSE", "META-INF/NOTICE", central.SBOM])
def test_a_bundle_without_its_papers_is_told(staged, lost):
    (bundle,) = staged.rglob("serving-bundle-0.1.0.jar")
    with zipfile.ZipFile(bundle, "w") as jar:
        for name in CONTENT[""]:
            if name != lost:
                jar.writestr(name, "x")
    finish(bundle)

    assert found(staged) == [f"serving-bundle: Missing {lost} in serving-bundle-0.1.0.jar"]


def test_a_snapshot_is_no_release(staged):
    for pom in staged.rglob("*.pom"):
        pom.write_text(pom.read_text().replace("0.1.0", "0.1.0-SNAPSHOT"))
        finish(pom)

    assert found(staged, final=False) == []
    assert "serving-head: Invalid version 0.1.0-SNAPSHOT: expected a release" in found(staged)


@pytest.mark.skipif("WHEEL" not in os.environ, reason="nothing is built")
def test_the_wheel_says_what_its_jar_holds():
    with zipfile.ZipFile(os.environ["WHEEL"]) as wheel:
        (inside,) = [name for name in wheel.namelist() if "/sboms/" in name]
        told = wheel.read(inside)

    assert inside.split("/")[0].endswith(".dist-info")
    with zipfile.ZipFile(os.environ["BUNDLE_JAR"]) as bundle:
        assert told == bundle.read(central.SBOM)
