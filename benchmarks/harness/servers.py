"""How servers are started."""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from harness.workloads import FUNCTIONS, STATEFUL

BENCHMARKS = Path(__file__).parents[1]
ROOT = BENCHMARKS.parent
TARGET = BENCHMARKS / "target"
WORK = TARGET / "work"

#: No spark-mllib of 4.2 is published, so models are served on the line before.
_ML_LINE = "4.1"
#: Published for Python alone.
FROM_PYSPARK = "4.3"
_MODULES = {"3.5": "spark-3.5_2.12", "4.1": "spark-4.1", "4.2": "spark-4.2"}
#: Packages that reports name.
_NAMED = (
    "bentoml|fastapi|litserve|numpy|pandas|pathway|pydantic|pyspark|ray|redis|scikit-learn|uvicorn"
)
_LOG = BENCHMARKS / "src" / "main" / "launch" / "log4j2.properties"
#: What functions in Python need, where it is something else than what the rest needs.
_FUNCTIONS_NEED = {"serving": ("bundle", "functions"), "fastapi": ("functions",)}
#: What every JVM is started with.
JAVA_OPTIONS = [
    f"@{TARGET / 'launch' / 'java-options'}",
    "-Xmx2g",
    f"-Dlog4j2.configurationFile={_LOG}",
    f"-Djava.io.tmpdir={WORK / 'tmp'}",
]


@dataclass(frozen=True)
class Command:
    """How to start a process."""

    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    #: Whether it ends with its standard input; otherwise by SIGTERM.
    ends_with_input: bool = True


@dataclass(frozen=True)
class Server:
    """One way to answer requests."""

    name: str
    label: str
    #: Who has made it: "floor", "ours", "synapseml" or "python".
    family: str
    workloads: frozenset[str]
    #: What it needs built or installed for hello: a key of harness.building.
    needs: str
    #: Whether it is measured when nobody says what to measure.
    by_default: bool = True
    mode: str = ""
    spark: str = ""
    executors: int = 0
    #: Of each executor.
    cores: int = 1
    java_options: tuple[str, ...] = ()
    #: Measure this long at least, so that what comes now and then comes while it is measured.
    least_seconds: int = 0

    def command(self, port: int, workload: str) -> Command:
        """Give the process that serves the workload on the port."""
        if workload in FUNCTIONS:
            return _function(self, port, workload)
        if workload == STATEFUL and self.family == "python":
            return _program(self.needs, f"stateful_{self.needs}.py", [str(port)])
        if self.family == "python":
            return _python(self, port, workload)
        arguments = [self.mode, str(port), workload]
        if self.family == "floor":
            return _java(self, "server.BareJetty", _floor_class_path(workload), arguments)
        if self.family == "synapseml":
            return _java(self, "synapseml.SynapseServer", _synapse_class_path(), arguments)
        line = _ML_LINE if workload == "ml" and self.spark == "4.2" else self.spark
        return _java(self, "server.ServingServer", _serving_class_path(line), arguments)

    def needs_for(self, workload: str) -> tuple[str, ...]:
        """Give what has to be built or installed; a Python environment comes last."""
        if workload in FUNCTIONS:
            return _FUNCTIONS_NEED.get(self.needs, (self.needs,))
        if workload == STATEFUL and self.family == "ours":
            return ("serving", self.needs)
        return (self.needs,)


def _java(server: Server, main: str, class_path: str, arguments: list[str]) -> Command:
    cluster = f"local-cluster[{server.executors},{server.cores},1024]"
    master = cluster if server.executors else "local[*]"
    options = [
        *JAVA_OPTIONS,
        f"-Dspark.master={master}",
        "-Dspark.ui.enabled=false",
        *server.java_options,
    ]
    environment = {}
    if server.executors:
        options += [
            f"-Dspark.executor.extraClassPath={class_path}",
            f"-Dspark.executor.extraJavaOptions=-Dlog4j2.configurationFile={_LOG}",
        ]
        home = WORK / "spark-home"
        (home / "jars").mkdir(parents=True, exist_ok=True)
        environment = {
            "SPARK_HOME": str(home),
            "SPARK_SCALA_VERSION": "2.13",
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
    program = f"io.sparkserving.benchmarks.{main}"
    return Command([java(), *options, "-cp", class_path, program, *arguments], environment)


def _python(server: Server, port: int, workload: str) -> Command:
    if server.name == "ray":
        return _program(server.needs, "ray_server.py", [str(port)])
    application = "fastapi_server" if server.name == "fastapi" else "pyspark_server"
    return _uvicorn(server.needs, application, port, 2 if server.name == "fastapi" else 1, workload)


def _function(server: Server, port: int, workload: str) -> Command:
    needs = server.needs_for(workload)[-1]
    if server.family == "ours":
        return _program(needs, "function_serving.py", [server.mode, str(port), workload])
    if needs == "functions":
        application = f"function_{server.name.replace('-', '_')}"
        return _uvicorn(needs, application, port, 2, workload)
    if needs == "bentoml":
        serve = [str(TARGET / "venvs" / needs / "bin" / "bentoml"), "serve"]
        flags = ["--host", "127.0.0.1", "--port", str(port)]
        folder = ["--working-dir", str(BENCHMARKS / "python")]
        return Command(
            [*serve, "function_bentoml:Function", *flags, *folder],
            {"WORKLOAD": workload, "BENTOML_HOME": str(WORK), "BENTOML_DO_NOT_TRACK": "True"},
            ends_with_input=False,
        )
    return _program(needs, f"function_{needs}.py", [str(port), workload])


def _program(needs: str, program: str, arguments: list[str]) -> Command:
    python = TARGET / "venvs" / needs / "bin" / "python"
    return Command(
        [str(python), str(BENCHMARKS / "python" / program), *arguments],
        {
            "PYTHONPATH": str(ROOT / "python" / "src"),
            "PYSPARK_PYTHON": str(python),
            "RAY_USAGE_STATS_ENABLED": "0",
        },
        ends_with_input=needs != "litserve",
    )


def _uvicorn(needs: str, application: str, port: int, workers: int, workload: str) -> Command:
    bin_folder = TARGET / "venvs" / needs / "bin"
    uvicorn = [str(bin_folder / "uvicorn"), f"{application}:app", "--app-dir"]
    flags = ["--port", str(port), "--workers", str(workers)]
    flags += ["--no-access-log", "--log-level", "warning"]
    return Command(
        [*uvicorn, str(BENCHMARKS / "python"), *flags],
        {"WORKLOAD": workload, "PYSPARK_PYTHON": str(bin_folder / "python")},
        ends_with_input=False,
    )


def java() -> str:
    """Give the Java of JAVA_HOME, or else of the path."""
    home = os.environ.get("JAVA_HOME")
    return f"{home}/bin/java" if home else shutil.which("java") or "java"


def versions(servers: list[Server], workload: str) -> str:
    """Name the software that these servers are made of."""
    found: set[str] = set()
    for server in servers:
        if server.family == "python" or workload in (STATEFUL, *FUNCTIONS):
            needs = server.needs_for(workload)[-1]
            pins = (BENCHMARKS / "python" / f"requirements-{needs}.txt").read_text()
            found.update(re.findall(rf"^((?:{_NAMED})==\S+)", pins, re.M))
        else:
            command = " ".join(server.command(0, workload).arguments)
            found.update(
                re.findall(r"/((?:jetty-server|spark-core_2|synapseml)[^/]*)\.jar", command)
            )
    return ", ".join(sorted(found))


def own_class_path() -> str:
    """Give the class path of the module benchmarks, its own jar first."""
    return f"{_benchmarks_jar()}:{_read(TARGET / 'class-path')}"


def _benchmarks_jar() -> Path:
    (jar,) = TARGET.glob("serving-benchmarks-*.jar")
    return jar


def _serving_class_path(line: str) -> str:
    """The bundle, as users have it, and that Spark."""
    if line == FROM_PYSPARK:
        (spark,) = (TARGET / "venvs" / f"spark-{line}").glob("lib/python*/site-packages/pyspark")
        (bundle,) = (ROOT / "serving-bundle" / "target").glob("serving-bundle-*-SNAPSHOT.jar")
        return f"{_benchmarks_jar()}:{bundle}:{spark}/jars/*"
    module = ROOT / "compatibility" / _MODULES[line]
    return f"{_benchmarks_jar()}:{_read(module / 'target' / 'class-path')}"


def _floor_class_path(workload: str) -> str:
    if workload != "ml":
        return own_class_path()
    jetty = [jar for jar in own_class_path().split(":") if "/org/eclipse/jetty/" in jar]
    return ":".join([_serving_class_path(_ML_LINE), *jetty])


def _synapse_class_path() -> str:
    target = BENCHMARKS / "synapseml" / "target"
    return f"{target / 'classes'}:{_read(target / 'class-path')}"


def _read(file: Path) -> str:
    return file.read_text().strip()
