"""Keeps what was measured, and writes it up."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness import chart, functions, records, stateful, summary
from harness.catalogue import CLUSTER, GROWTH, SERVERS
from harness.figures import Figures, number
from harness.markdown import table, text
from harness.measuring import Measurement
from harness.rounds import BODIES, CONNECTIONS, WORKLOADS
from harness.servers import Server

_RAW = "measurements.json"


@dataclass
class Results:
    """What was measured so far, kept in a file from the first measurement on."""

    file: Path
    runs: dict[str, dict[str, str]] = field(default_factory=dict)
    measurements: list[Measurement] = field(default_factory=list)

    @classmethod
    def begin(cls, folder: Path, workloads: list[str], *, keep_others: bool) -> "Results":
        """Begin anew, or keep what was measured of other workloads."""
        folder.mkdir(parents=True, exist_ok=True)
        results = cls(folder / _RAW)
        if keep_others and results.file.exists():
            before = cls.read(folder)
            results.runs = before.runs
            results.measurements = [
                row for row in before.measurements if row["workload"] not in workloads
            ]
        return results

    @classmethod
    def read(cls, folder: Path) -> "Results":
        """Give what was kept."""
        file = folder / _RAW
        kept: dict[str, Any] = json.loads(file.read_text())
        return cls(file, kept["runs"], kept["measurements"])

    def note_run(self, workloads: list[str], description: dict[str, str]) -> None:
        """Say where and how these workloads are measured."""
        self.runs.update(dict.fromkeys(workloads, description))
        self._write()

    def add(self, measured: Measurement) -> None:
        """Keep one more."""
        self.measurements.append(measured)
        self._write()

    def _write(self) -> None:
        lines = ",\n".join(json.dumps(row) for row in self.measurements)
        runs = json.dumps(self.runs, indent=1)
        self.file.write_text(f'{{"runs": {runs},\n"measurements": [\n{lines}\n]}}\n')


def write(folder: Path) -> None:
    """Write report, chart and summary of what is kept in the folder."""
    results = Results.read(folder)
    figures = Figures(results.measurements)
    picture = chart.latency(figures)
    if picture:
        (folder / "latency.svg").write_text(picture)
    parts = [
        "# Benchmark results",
        "",
        *_INTRO,
        *_machine(results),
        "",
        "## What was to be reached",
        "",
        *summary.targets(figures),
    ]
    if picture:
        parts += ["", "![Latency of each server at one connection](latency.svg)"]
    parts += [*_modes(figures, "hello"), *_awake(figures), *_costs(figures)]
    parts += _modes(figures, "ml")
    parts += [*_bodies(figures), *_growth(figures), *_cluster(figures)]
    parts += records.sections(figures)
    parts += stateful.sections(figures)
    parts += functions.sections(figures)
    report = folder / "report.md"
    report.write_text("\n".join(parts) + "\n")
    section = summary.section(figures, _machine(results))
    (folder / "summary.md").write_text("\n".join(section) + "\n")
    print(f"Written: {report}")


_INTRO = [
    "Made by `benchmarks/run`; [README.md](../README.md) says what is measured, and how.",
    "Each value is the median over the rounds, in brackets the least and the most of them.",
    "",
]


def _machine(results: Results) -> list[str]:
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for workload in WORKLOADS:
        if workload in results.runs:
            groups.setdefault(tuple(results.runs[workload].items()), []).append(workload)
    return [
        f"* {', '.join(workloads)}: {'; '.join(f'{name}: {value}' for name, value in description)}."
        for description, workloads in groups.items()
    ]


def _modes(figures: Figures, workload: str) -> list[str]:
    title = {"hello": "Hello world", "ml": "Tokenizer, HashingTF, LogisticRegression"}[workload]
    lines: list[str] = []
    for connections in CONNECTIONS:
        rows = [
            _mode_row(figures, workload, server, connections)
            for server in _measured(figures, workload)
        ]
        if rows:
            count = "1 connection" if connections == 1 else f"{connections} connections"
            head = ["", "median, ms", "90 %", "99 %", "99.9 %", "longest", "requests/s",
                    "server CPU a request, µs", "median ÷ Jetty", "requests/s ÷ Jetty",
                    "errors"]  # fmt: skip
            lines += ["", f"## {title}, {count}", "", *table(head, rows)]
    return lines


def _mode_row(figures: Figures, workload: str, server: Server, connections: int) -> list[str]:
    def ratio(name: str) -> str:
        mine = figures.of(name, workload, server.name, connections=connections)
        floor = figures.of(name, workload, "jetty", connections=connections)
        if mine is None or floor is None:
            return ""
        return number(mine.median / floor.median)

    def millis(name: str) -> str:
        return text(figures.millis(name, workload, server.name, connections=connections))

    def value(name: str) -> str:
        return text(figures.of(name, workload, server.name, connections=connections))

    latencies = [millis(name) for name in ("p50", "p90", "p99", "p999", "max")]
    errors = figures.errors(workload, server.name, connections=connections)
    if not figures.rows(workload, server.name, connections=connections):
        errors = figures.errors(workload, server.name)
    return [server.label, *latencies, value("per_second"), value("cpu_micros"), ratio("p50"),
            ratio("per_second"), errors]  # fmt: skip


def _awake(figures: Figures) -> list[str]:
    rows = []
    for server in SERVERS:
        found = figures.of("p50", "hello", server.name, awake=True)
        floor = figures.of("p50", "hello", "jetty", awake=True)
        if found:
            latencies = [
                text(figures.millis(name, "hello", server.name, awake=True))
                for name in ("p50", "p90", "p99")
            ]
            ratio = number(found.median / floor.median) if floor else ""
            errors = figures.errors("hello", server.name, awake=True)
            rows.append([server.label, *latencies, ratio, errors])
    if not rows:
        return []
    head = ["", "median, ms", "90 %", "99 %", "median ÷ Jetty", "errors"]
    title = "## Hello world, 1 connection, cores kept awake"
    return ["", title, "", *table(head, rows)]


def _costs(figures: Figures) -> list[str]:
    rows = []
    for server in _measured(figures, "hello"):
        start = figures.of("start_seconds", "hello", server.name)
        memory = figures.of("peak_memory", "hello", server.name)
        if start is None or memory is None:
            continue
        rows.append([server.label, start.text(1), f"{memory.most / 2**20:,.0f}"])
    if not rows:
        return []
    head = ["", "start to first right answer, s", "peak memory, MiB"]
    return ["", "## Start and memory", "", *table(head, rows)]


def _bodies(figures: Figures) -> list[str]:
    names = {100: "100 B", 10 << 10: "10 KiB", 1 << 20: "1 MiB"}
    rows = []
    for server in _measured(figures, "bodies"):
        row = [server.label]
        for size in BODIES:
            row.append(text(figures.millis("p50", "bodies", server.name, body=size)))
            row.append(text(figures.of("per_second", "bodies", server.name, body=size)))
        rows.append([*row, figures.errors("bodies", server.name)])
    if not rows:
        return []
    head = [""]
    for size in BODIES:
        head += [f"{names[size]}: median, ms", "requests/s"]
    return ["", "## Bodies, 8 connections", "", *table([*head, "errors"], rows)]


def _growth(figures: Figures) -> list[str]:
    rows = []
    for server in GROWTH:
        if figures.rows("growth", server.name):
            median = figures.millis("p50", "growth", server.name)
            rate = figures.of("per_second", "growth", server.name)
            errors = figures.errors("growth", server.name)
            rows.append([server.label, text(median), text(rate), errors])
    if not rows:
        return []
    head = ["", "median, ms", "requests/s", "errors"]
    title = "## Executors of one core each on this one machine, 64 connections over all servers"
    return ["", title, "", *table(head, rows)]


def _cluster(figures: Figures) -> list[str]:
    rows = []
    for server in CLUSTER:
        if figures.rows("cluster", server.name):
            latencies = [
                text(figures.millis(name, "cluster", server.name, connections=1))
                for name in ("p50", "p90", "p99", "p999")
            ]
            rate = figures.of("per_second", "cluster", server.name, connections=64)
            slow = figures.millis("p99", "cluster", server.name, connections=64)
            errors = figures.errors("cluster", server.name)
            rows.append([server.label, *latencies, text(rate), text(slow), errors])
    if not rows:
        return []
    head = ["", "1 connection to each server: median, ms", "90 %", "99 %", "99.9 %",
            "64 connections: requests/s", "99 %, ms", "errors"]  # fmt: skip
    return ["", "## Tasks in executors, on this one machine", "", *table(head, rows)]


def _measured(figures: Figures, workload: str) -> list[Server]:
    return [server for server in SERVERS if figures.rows(workload, server.name)]
