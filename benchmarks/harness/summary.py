"""The essence of a report, as a section of docs/performance.md."""

from harness import reach
from harness.figures import Figures
from harness.markdown import table, text
from harness.servers import SERVERS

_MET = {True: "met", False: "**missed**", None: ""}


def targets(figures: Figures) -> list[str]:
    """Give the table of what was to be reached."""
    rows = [[row.what, row.target, row.measured, _MET[row.met]] for row in reach.table(figures)]
    return table(["", "target", "measured", ""], rows)


def section(figures: Figures, description: list[str]) -> list[str]:
    """Give the lines of the section."""
    rows = []
    for server in SERVERS:
        if figures.rows("hello", server.name):
            one = [figures.millis(f, "hello", server.name, connections=1) for f in ("p50", "p99")]
            many = [
                figures.of(f, "hello", server.name, connections=64)
                for f in ("per_second", "cpu_micros")
            ]
            errors = figures.errors("hello", server.name)
            rows.append([server.label, *(text(figure) for figure in (*one, *many)), errors])
    head = ["", "1 connection: median, ms", "99 %, ms", "64 connections: requests/s",
            "server CPU a request, µs", "errors"]  # fmt: skip
    return [
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
