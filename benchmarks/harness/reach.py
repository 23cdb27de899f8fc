"""What this project has set out to reach, and whether it has."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from harness.figures import Figures, number

_TEN_MINUTES = 600
_FLAT = 1.1
_MODES = ("real-time", "continuous", "lingering", "distributed", "head")


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    target: str
    measured: str
    #: None where it was not measured.
    met: bool | None


@dataclass(frozen=True)
class _Ratio:
    what: str
    target: str
    field: str
    server: str
    other: str
    connections: int
    #: Of the ratio server / other.
    limit: float
    at_least: bool = False
    #: Measured with cores that do not sleep.
    awake: bool = False
    workload: str = "hello"

    def row(self, figures: Figures) -> Row:
        mine, others = (
            figures.of(
                self.field, self.workload, server, connections=self.connections, awake=self.awake
            )
            for server in (self.server, self.other)
        )
        if mine is None or others is None or not others.median or not mine.median:
            return Row(self.what, self.target, "not measured", None)
        ratio = mine.median / others.median
        met = ratio >= self.limit if self.at_least else ratio <= self.limit
        shown = f"1/{number(1 / ratio)}" if self.target.startswith("≤ 1/") else f"{number(ratio)} ×"
        return Row(self.what, self.target, shown, met)

    def with_cores_awake(self) -> "_Ratio":
        return replace(self, what=f"{self.what}, cores kept awake", awake=True)


_RATIOS = [
    _Ratio("real-time trigger, median at 1 connection", "≤ 1.25 × bare Jetty",
           "p50", "real-time", "jetty", 1, 1.25),
    _Ratio("real-time trigger, requests/s at 64 connections", "≥ 0.85 × bare Jetty",
           "per_second", "real-time", "jetty", 64, 0.85, at_least=True),
    _Ratio("real-time trigger, 99 % at 8 connections", "≤ 2 × bare Jetty",
           "p99", "real-time", "jetty", 8, 2),
    _Ratio("real-time trigger, server CPU per request at 64 connections", "≤ 1.6 × bare Jetty",
           "cpu_micros", "real-time", "jetty", 64, 1.6),
    _Ratio("continuous trigger, median at 1 connection", "≤ 1.5 × bare Jetty",
           "p50", "continuous", "jetty", 1, 1.5),
    _Ratio("continuous trigger, requests/s at 64 connections", "≥ 0.65 × bare Jetty",
           "per_second", "continuous", "jetty", 64, 0.65, at_least=True),
    _Ratio("default trigger with long epochs, median at 1 connection", "≤ 1.3 × bare Jetty",
           "p50", "lingering", "jetty", 1, 1.3),
]  # fmt: skip

_AGAINST_SYNAPSE = [
    _Ratio("head, median at 1 connection", "≤ 1/15 of SynapseML `server()`",
           "p50", "head", "synapseml-head", 1, 1 / 15),
    _Ratio("head, requests/s at 64 connections", "≥ 15 × SynapseML `server()`",
           "per_second", "head", "synapseml-head", 64, 15, at_least=True),
    _Ratio("distributed, median at 1 connection", "≤ 1/20 of SynapseML `distributedServer()`",
           "p50", "distributed", "synapseml-distributed", 1, 1 / 20),
]  # fmt: skip


def _default(mode: str) -> list[_Ratio]:
    """Hold a mode whose batches end against real time."""
    return [
        _Ratio(f"{mode}, 90 % at 1 connection", "≤ 1.5 × real time",
               "p90", mode, "real-time", 1, 1.5),
        _Ratio(f"{mode}, 99 % at 1 connection", "≤ 1.5 × real time",
               "p99", mode, "real-time", 1, 1.5),
        _Ratio(f"{mode}, requests/s at 64 connections", "≥ 0.9 × real time",
               "per_second", mode, "real-time", 64, 0.9, at_least=True),
    ]  # fmt: skip


@dataclass(frozen=True)
class _Limit:
    """A value that a figure must not exceed, or must reach."""

    what: str
    field: str
    server: str
    connections: int
    limit: float
    at_least: bool = False
    workload: str = "hello"
    #: Of all rounds, not of the median one.
    longest: bool = False

    def row(self, figures: Figures) -> Row:
        unit = "" if self.at_least else " ms"
        target = f"{'≥' if self.at_least else '≤'} {number(self.limit, 0)}{unit}"
        ask = figures.of if self.at_least else figures.millis
        found = ask(self.field, self.workload, self.server, connections=self.connections)
        if found is None:
            return Row(self.what, target, "not measured", None)
        value = found.most if self.longest else found.median
        met = value >= self.limit if self.at_least else value <= self.limit
        return Row(self.what, target, f"{number(value)}{unit}", met)


_LIMITS = [
    *(
        _Limit(f"{mode}, longest at 1 connection, batch changes included", "max", mode, 1, 60,
               longest=True)
        for mode in ("head", "distributed")
    ),
    *(
        _Limit(f"{mode}, 99 % at 1 connection", "p99", mode, 1, 1)
        for mode in ("real-time", "continuous")
    ),
    _Limit("head, 2 executors of 2 cores, median at 1 connection", "p50",
           "head-2-executors-of-2", 1, 2, workload="cluster"),
    _Limit("head, 2 executors of 2 cores, requests/s at 64 connections", "per_second",
           "head-2-executors-of-2", 64, 5000, at_least=True, workload="cluster"),
    _Limit("distributed, 3 executors, median at 1 connection to each", "p50",
           "distributed-3-executors", 1, 1, workload="cluster"),
]  # fmt: skip
#: All executors are on the same cores, which one server alone has for itself.
_THREE_SERVERS = _Ratio(
    "distributed, requests/s at 64 connections to 3 executors", "≥ 0.7 × one executor",
    "per_second", "distributed-3-executors", "distributed-1-executors", 64, 0.7,
    at_least=True, workload="cluster",
)  # fmt: skip


def _functions(mode: str) -> list[_Ratio]:
    def rate(what: str, workload: str, limit: float, other: str = "fastapi") -> _Ratio:
        than = "FastAPI" if other == "fastapi" else "FastAPI, `async def`"
        return _Ratio(
            f"{mode}, {what}, requests/s at 64 connections",
            f"≥ {limit:g} × {than}",
            "per_second",
            mode,
            other,
            64,
            limit,
            at_least=True,
            workload=workload,
        )

    return [
        _Ratio(f"{mode}, NumPy, median at 1 connection", "≤ 0.8 × FastAPI",
               "p50", mode, "fastapi", 1, 0.8, workload="functions"),
        _Ratio(f"{mode}, NumPy, 99 % at 1 connection", "≤ 2 × FastAPI",
               "p99", mode, "fastapi", 1, 2, workload="functions"),
        rate("NumPy", "functions", 4),
        rate("pandas", "functions-pandas", 2),
        rate("row by row", "functions-rows", 1.5),
        rate("20 ms a call", "functions-slow", 15),
        rate("20 ms a call", "functions-slow", 15, "fastapi-async"),
    ]  # fmt: skip


_FUNCTIONS = [
    ratio
    for mode in ("real-time", "continuous", "distributed", "head")
    for ratio in _functions(mode)
]


_STATEFUL: list[_Limit | _Ratio] = [
    _Limit("state in real time, one JVM, median at 1 connection", "p50", "stateful", 1, 3,
           workload="stateful"),
    _Limit("state in real time, one JVM, requests/s at 64 connections", "per_second", "stateful",
           64, 5000, at_least=True, workload="stateful"),
    _Ratio("state in real time, 2 executors, median at 1 connection to each", "≤ 2 × one JVM",
           "p50", "stateful-2-executors-of-2", "stateful", 1, 2, workload="stateful"),
]  # fmt: skip


def stateful(figures: Figures) -> list[Row]:
    """Hold what was measured of services with state against the targets."""
    rows = [each.row(figures) for each in _STATEFUL]
    return [row for row in rows if row.met is not None]


def functions(figures: Figures) -> list[Row]:
    """Hold what was measured of functions in Python against the targets."""
    rows = [ratio.row(figures) for ratio in _FUNCTIONS]
    return [row for row in rows if row.met is not None]


def table(figures: Figures) -> list[Row]:
    """Hold the measurements against the targets."""
    rows: list[Callable[[Figures], Row]] = []
    for ratio in _RATIOS:
        rows.append(ratio.row)
        if ratio.field == "p50":
            rows.append(ratio.with_cores_awake().row)
    rows.append(_batch_changes)
    rows += [ratio.row for ratio in _AGAINST_SYNAPSE]
    rows += [ratio.row for mode in ("head", "distributed") for ratio in _default(mode)]
    rows += [each.row for each in (*_LIMITS, _THREE_SERVERS)]
    rows += [lambda figures, mode=mode: _soak(figures, mode) for mode in _MODES]
    return [row(figures) for row in rows]


def _batch_changes(figures: Figures) -> Row:
    what = "default trigger with long epochs, 99 % at 1 connection, batch changes included"
    measured = figures.millis("p99", "hello", "lingering", connections=1)
    longest = figures.millis("max", "hello", "lingering", connections=1)
    if measured is None or longest is None:
        return Row(what, "≤ 60 ms", "not measured", None)
    text = f"{measured.text()} ms, longest {number(longest.most)} ms"
    return Row(what, "≤ 60 ms", text, measured.median <= 60)


def _soak(figures: Figures, mode: str) -> Row:
    what = f"{mode}, 10 minutes at 64 connections"
    target = "no error, flat heap"
    rows = figures.rows("soak", mode)
    if not rows or "heap" not in rows[-1]:
        return Row(what, target, "not measured", None)
    row = rows[-1]
    if row["crashed"] or None in row["heap"]:
        return Row(what, target, f"crashed, {row['errors']:,} errors", met=False)
    early, half, end = (size / 2**20 for size in row["heap"])
    # The first half fills what Spark keeps of the last thousand batches.
    flat = end <= half * _FLAT
    heap = f"{early:.1f} MiB after a tenth, {half:.1f} half way, {end:.1f} at the end"
    text = f"{row['requests']:,} requests, {row['errors']:,} errors; alive in the heap: {heap}"
    if row["seconds"] < _TEN_MINUTES:
        return Row(what, target, f"{text}; {row['seconds']} s only", None)
    return Row(what, target, text, flat and row["errors"] == 0)
