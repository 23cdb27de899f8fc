"""The servers that can be measured, and how each is started."""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from harness.workloads import FUNCTIONS

BENCHMARKS = Path(__file__).parents[1]
ROOT = BENCHMARKS.parent
TARGET = BENCHMARKS / "target"
WORK = TARGET / "work"

#: No spark-mllib of 4.2 is published, so models are served on the line before.
_ML_LINE = "4.1"
_MODULES = {"3.5": "spark-3.5_2.12", "4.1": "spark-4.1", "4.2": "spark-4.2"}
_LABELS = {
    "head": "head",
    "distributed": "distributed",
    "continuous": "continuous trigger",
    "realTime": "real-time trigger",
    "lingering": "default trigger, long epochs",
}
#: At least one batch has to end: that of 10 s, and those of 30 s.
_LEAST_SECONDS = {"lingering": 12, "distributed": 35, "head": 35}
#: Packages that reports name.
_NAMED = "bentoml|fastapi|litserve|numpy|pandas|pydantic|pyspark|ray|scikit-learn|uvicorn"
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
        if server.family == "python" or workload in FUNCTIONS:
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


def _serving(mode: str, spark: str = "4.2", executors: int = 0, cores: int = 1) -> Server:
    word = {"realTime": "real-time"}.get(mode, mode)
    name = word + ("" if spark == "4.2" else f"-{spark}")
    label = f"Spark Serving, {_LABELS[mode]}" + ("" if spark == "4.2" else f", Spark {spark}")
    if executors:
        name += f"-{executors}-executors"
        label += f", {executors} executor{'s' if executors > 1 else ''}"
    if cores > 1:
        name += f"-of-{cores}"
        label += f" of {cores} cores"
    return Server(
        name,
        label,
        "ours",
        frozenset({"hello", "ml", *FUNCTIONS} if spark == "4.2" else {"hello"}),
        "serving",
        by_default=spark == "4.2",
        mode=mode,
        spark=spark,
        executors=executors,
        cores=cores,
        least_seconds=_LEAST_SECONDS.get(mode, 0),
    )


def _synapse(mode: str, *, nodelay: bool) -> Server:
    method = {"head": "server", "distributed": "distributedServer"}.get(mode, "continuousServer")
    return Server(
        f"synapseml-{mode}" + ("-nodelay" if nodelay else ""),
        f"SynapseML {method}()" + (", nodelay" if nodelay else ""),
        "synapseml",
        frozenset({"hello", "ml"}),
        "synapseml",
        by_default=not nodelay,
        mode=mode,
        java_options=("-Dsun.net.httpserver.nodelay=true",) if nodelay else (),
    )


def _floor(name: str, label: str, mode: str) -> Server:
    return Server(name, label, "floor", frozenset({"hello", "ml"}), "serving", mode=mode)


#: What those are asked that make batches.
_BATCHED = frozenset({"functions", "functions-slow"})

SERVERS = [
    _floor("jetty", "bare Jetty", "handler"),
    _floor("jetty-non-blocking", "bare Jetty, non-blocking handler", "nonBlocking"),
    *(_serving(mode) for mode in ("realTime", "continuous", "lingering", "distributed", "head")),
    _serving("continuous", "3.5"),
    _serving("head", "3.5"),
    *(_synapse(mode, nodelay=False) for mode in ("continuous", "distributed", "head")),
    *(_synapse(mode, nodelay=True) for mode in ("continuous", "distributed", "head")),
    Server("fastapi", "FastAPI, 2 workers", "python", frozenset({"hello", *FUNCTIONS}), "fastapi"),
    Server("fastapi-async", "FastAPI, 2 workers, `async def`", "python",
           frozenset({"functions-slow"}), "functions", by_default=False),
    Server("fastapi-pyspark", "FastAPI with PySpark", "python", frozenset({"hello", "ml"}),
           "pyspark", by_default=False),
    Server("ray", "Ray Serve", "python", frozenset({"hello", *_BATCHED}), "ray",
           by_default=False),
    Server("bentoml", "BentoML", "python", _BATCHED, "bentoml", by_default=False),
    Server("litserve", "LitServe", "python", _BATCHED, "litserve", by_default=False),
]  # fmt: skip

#: Servers with executors of their own, for the workload growth.
GROWTH = [
    _serving(mode, executors=executors)
    for mode in ("continuous", "distributed")
    for executors in (1, 2, 4)
]

#: What tasks in other JVMs than the driver's, or the client's server's, make of it.
CLUSTER = [
    _serving("head", executors=2, cores=2),
    _serving("distributed", executors=1),
    _serving("distributed", executors=3),
]
