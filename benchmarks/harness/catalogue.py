"""The servers that can be measured."""

from harness.servers import FROM_PYSPARK, Server
from harness.workloads import FUNCTIONS, RECORDS, STATEFUL

_LABELS = {
    "head": "head",
    "distributed": "distributed",
    "continuous": "continuous trigger",
    "realTime": "real-time trigger",
    "lingering": "default trigger, long epochs",
}
#: At least one batch has to end: that of 10 s, and those of 30 s.
_LEAST_SECONDS = {"lingering": 12, "distributed": 35, "head": 35}


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
        frozenset({"hello", "ml", RECORDS, *FUNCTIONS} if spark == "4.2" else {"hello"}),
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


def _stateful(executors: int) -> Server:
    """As many partitions as executors, and a core for each reader and each partition."""
    tasks = max(1, executors)
    among = f", {executors} executors of 2 cores" if executors else ", one JVM"
    return Server(
        STATEFUL + (f"-{executors}-executors-of-2" if executors else ""),
        f"Spark Serving, real-time trigger, Spark {FROM_PYSPARK}{among}",
        "ours",
        frozenset({STATEFUL}),
        f"spark-{FROM_PYSPARK}",
        by_default=False,
        mode="realTime",
        spark=FROM_PYSPARK,
        executors=executors,
        cores=2 if executors else 1,
        java_options=(
            f"-Dspark.sql.shuffle.partitions={tasks}",
            "-Dspark.shuffle.streaming.networkBufferMaxWaitTimeMs=1",
        ),
    )


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
    *(_stateful(executors) for executors in (0, 2)),
    Server("fastapi-redis", "FastAPI, 2 workers, with Redis", "python", frozenset({STATEFUL}),
           "redis", by_default=False),
    Server("pathway", "Pathway", "python", frozenset({STATEFUL}), "pathway", by_default=False),
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
