"""The essence of a report, as the first two sections of docs/performance.md."""

from harness import reach
from harness.catalogue import SERVERS
from harness.figures import Figures, number
from harness.markdown import table, text

#: What a reader looks for first: the floor, the modes, and the fastest of what does the same.
_AT_A_GLANCE = {
    "jetty": "a Jetty handler without Spark",
    "fastapi": "FastAPI, `uvicorn[standard]`, 2 workers",
    "ray": "Ray Serve",
    "real-time": "`continuousServer()`, real-time trigger",
    "distributed": "`distributedServer()`",
    "head": "`server()`",
    "synapseml-continuous": "SynapseML `continuousServer()`",
}
_PERCENTILES = ("p50", "p90", "p99", "p999")
_ABOUT_THE_GLANCE = [
    "Medians over the rounds of one run. The client shares the machine with the server.",
    "SynapseML is as it comes. The machine, the versions, the spread and other servers follow.",
]
_MET = {True: "met", False: "**missed**", None: ""}


def targets(figures: Figures) -> list[str]:
    """Give the table of what was to be reached."""
    return rows_of(reach.table(figures))


def rows_of(reached: list[reach.Row]) -> list[str]:
    """Give a table of what was to be reached."""
    rows = [[row.what, row.target, row.measured, _MET[row.met]] for row in reached]
    return table(["", "target", "measured", ""], rows)


def glance(figures: Figures) -> list[str]:
    """Give the lines of the section with the few rows that come first; none without figures."""
    rows = []
    for server, label in _AT_A_GLANCE.items():
        latencies = [figures.millis(name, "hello", server, connections=1) for name in _PERCENTILES]
        rate = figures.of("per_second", "hello", server, connections=64)
        if all(latencies) and rate:
            values = (number(figure.median) for figure in (*latencies, rate) if figure)
            rows.append([label, *values])
    if not rows:
        return []
    head = ["hello world", "1 connection: median, ms", "90 %", "99 %", "99.9 %",
            "64 connections: requests/s"]  # fmt: skip
    return ["## At a glance", "", *table(head, rows), "", *_ABOUT_THE_GLANCE, ""]


def section(figures: Figures, description: list[str]) -> list[str]:
    """Give the lines of both sections."""
    rows = []
    for server in SERVERS:
        if figures.rows("hello", server.name):
            one = [figures.millis(f, "hello", server.name, connections=1) for f in _PERCENTILES]
            many = [
                figures.of(f, "hello", server.name, connections=64)
                for f in ("per_second", "cpu_micros")
            ]
            errors = figures.errors("hello", server.name)
            rows.append([server.label, *(text(figure) for figure in (*one, *many)), errors])
    head = ["", "1 connection: median, ms", "90 %", "99 %", "99.9 %",
            "64 connections: requests/s", "server CPU a request, µs", "errors"]  # fmt: skip
    return [
        *glance(figures),
        "## Side by side",
        "",
        "The hello world in every mode, and on what people would pick instead, measured in one run",
        "by [benchmarks/run](../benchmarks/README.md): medians over the rounds, with the least and",
        "the most of them. All values are in",
        "[benchmarks/results/report.md](../benchmarks/results/report.md).",
        "",
        *description,
        "",
        "![Latency of each server at one connection](../benchmarks/results/latency.svg)",
        "",
        *table(head, rows),
        "",
        "What was to be reached, as ratios of medians:",
        "",
        *targets(figures),
    ]
