"""What pages say in code, and where the README leads."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from pymdownx.slugs import slugify

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
#: Pages that GitHub alone shows; links of all others are checked as the site is built.
BESIDE_THE_SITE = [ROOT / "README.md", ROOT / "python" / "README.md"]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)")
#: What a block begins with that is for a shell, as others show what a program says.
COMMANDS = re.compile(
    r"(?:\.|[a-z]+)/\S|#|(?:aws|curl|docker|echo|envoy|gcloud|haproxy|helm|kubectl|nginx|nox|openssl"
    r"|pip|spark-submit|sparkserving|while) "
)
each_page = pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])


def blocks(page: Path) -> list[tuple[str, str]]:
    """Gives each block of code with its language."""
    return BLOCK.findall(page.read_text("utf-8"))


def squeezed(code: str) -> str:
    return re.sub(r"\s+", "", code)


@pytest.fixture(scope="module")
def code_that_runs() -> str:
    """What examples and tests of this repository are made of."""
    files = [
        path
        for pattern in (
            "examples/src/**/*",
            "serving-*/src/test/**/*.java",
            "compatibility/src/**/*",
        )
        for path in sorted(ROOT.glob(pattern))
        if path.suffix in {".java", ".scala"}
    ]
    return "\n".join(squeezed(path.read_text("utf-8")) for path in files)


@pytest.mark.parametrize("name", ["start.md", "stateful.md", "packaged-jobs.md"])
def test_java_and_scala_are_parts_of_what_runs(name: str, code_that_runs: str) -> None:
    shown = [
        code for language, code in blocks(ROOT / "docs" / name) if language in {"java", "scala"}
    ]
    assert shown
    for code in shown:
        for part in code.split("\n\n"):
            assert squeezed(part) in code_that_runs, part


def test_the_script_for_kubernetes_is_that_of_the_start() -> None:
    """Which runs in python/tests: here at all addresses, in spark-submit's session, and waiting."""
    start, script = (
        next(code for language, code in blocks(ROOT / "docs" / name) if language == "python")
        for name in ("start.md", "kubernetes.md")
    )
    start = start.replace('"localhost"', '"0.0.0.0"').replace("  # adds the methods below", "")
    start = start.replace("sparkserving.configure(SparkSession.builder)", "SparkSession.builder")
    assert f"{start}query.awaitTermination()\n" == script


@each_page
def test_code_stands_outside_of_lists(page: Path) -> None:
    """Markdown of the site wants it indented there in another way than GitHub's."""
    assert re.findall(r"^ +```.*$", page.read_text("utf-8"), re.MULTILINE) == []


@each_page
def test_python_and_yaml_are_well_formed(page: Path) -> None:
    for language, code in blocks(page):
        if language == "python":
            ast.parse(code)
        elif language == "yaml":
            assert list(yaml.safe_load_all(code))


@each_page
def test_a_shell_understands_the_commands(page: Path) -> None:
    for language, code in blocks(page):
        prompted = re.findall(r"^\$ (.*(?:\\\n.*)*)", code, re.MULTILINE)
        if prompted:
            script = "\n".join(prompted)
        elif language in {"", "bash"} and COMMANDS.match(code.lstrip()):
            script = code
        else:
            continue
        checked = subprocess.run(
            ["bash", "-n"], input=script, capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stderr) == (0, ""), script


@pytest.mark.parametrize("page", BESIDE_THE_SITE, ids=["README", "python"])
def test_links_lead_somewhere(page: Path) -> None:
    slug = slugify(case="lower")
    for name, anchor in LINK.findall(page.read_text("utf-8")):
        target = page.parent / name if name else page
        assert target.exists(), name
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
            assert anchor in [slug(heading.replace("`", ""), "-") for heading in headings], anchor
