"""The part of a report about functions in Python."""

from harness import reach, summary
from harness.catalogue import SERVERS
from harness.figures import Figures, number
from harness.markdown import table, text
from harness.servers import Server

_TITLES = {
    "functions": "a scikit-learn model, asked with NumPy",
    "functions-pandas": "a scikit-learn model, asked with pandas",
    "functions-rows": "arithmetic, row by row",
    "functions-slow": "20 ms a call, whatever the batch",
}
_HEAD = ["", "1 connection: median, ms", "99 %, ms", "64 connections: requests/s",
         "median, ms", "server CPU a request, µs", "peak memory, MiB", "median at 1 ÷ FastAPI",
         "99 % at 1 ÷ FastAPI", "requests/s at 64 ÷ FastAPI", "errors"]  # fmt: skip


def sections(figures: Figures) -> list[str]:
    """Give the lines about each form of function, and what was to be reached."""
    lines = []
    for workload, title in _TITLES.items():
        rows = [
            _row(figures, workload, server)
            for server in SERVERS
            if figures.rows(workload, server.name)
        ]
        if rows:
            lines += ["", f"## Functions: {title}", "", *table(_HEAD, rows)]
    reached = reach.functions(figures)
    if reached:
        lines += ["", "## What was to be reached by functions", "", *summary.rows_of(reached)]
    return lines


def _row(figures: Figures, workload: str, server: Server) -> list[str]:
    def ratio(name: str, connections: int) -> str:
        mine, others = (
            figures.of(name, workload, each, connections=connections)
            for each in (server.name, "fastapi")
        )
        if mine is None or others is None or not others.median:
            return ""
        return number(mine.median / others.median)

    def millis(name: str, connections: int) -> str:
        return text(figures.millis(name, workload, server.name, connections=connections))

    def at_64(name: str) -> str:
        return text(figures.of(name, workload, server.name, connections=64))

    memory = figures.of("peak_memory", workload, server.name)
    return [server.label, millis("p50", 1), millis("p99", 1), at_64("per_second"),
            millis("p50", 64), at_64("cpu_micros"),
            f"{memory.most / 2**20:,.0f}" if memory else "–", ratio("p50", 1), ratio("p99", 1),
            ratio("per_second", 64), figures.errors(workload, server.name)]  # fmt: skip
