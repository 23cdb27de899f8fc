"""The part of a report about services that keep state by key."""

from harness import reach, summary
from harness.catalogue import SERVERS
from harness.figures import Figures, number
from harness.markdown import table, text
from harness.servers import Server
from harness.workloads import STATEFUL

_PEER = "fastapi-redis"
_HEAD = ["", "1 connection: median, ms", "99 %, ms", "64 connections: requests/s",
         "median, ms", "99 %, ms", "server CPU a request, µs", "peak memory, MiB",
         "median at 1 ÷ FastAPI with Redis", "requests/s at 64 ÷ FastAPI with Redis",
         "errors"]  # fmt: skip


def sections(figures: Figures) -> list[str]:
    """Give the lines about each way to count by key, and what was to be reached."""
    rows = [_row(figures, server) for server in SERVERS if figures.rows(STATEFUL, server.name)]
    if not rows:
        return []
    lines = ["", "## State: a count for each of 1,000 keys", "", *table(_HEAD, rows)]
    reached = reach.stateful(figures)
    if reached:
        lines += ["", "## What was to be reached with state", "", *summary.rows_of(reached)]
    return lines


def _row(figures: Figures, server: Server) -> list[str]:
    def ratio(name: str, connections: int) -> str:
        mine, others = (
            figures.of(name, STATEFUL, each, connections=connections)
            for each in (server.name, _PEER)
        )
        if mine is None or others is None or not others.median:
            return ""
        return number(mine.median / others.median)

    def millis(name: str, connections: int) -> str:
        return text(figures.millis(name, STATEFUL, server.name, connections=connections))

    def at_64(name: str) -> str:
        return text(figures.of(name, STATEFUL, server.name, connections=64))

    memory = figures.of("peak_memory", STATEFUL, server.name)
    return [server.label, millis("p50", 1), millis("p99", 1), at_64("per_second"),
            millis("p50", 64), millis("p99", 64), at_64("cpu_micros"),
            f"{memory.most / 2**20:,.0f}" if memory else "–", ratio("p50", 1),
            ratio("per_second", 64), figures.errors(STATEFUL, server.name)]  # fmt: skip
