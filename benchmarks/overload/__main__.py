"""Measures goodput under overload, and prints a table of it."""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import building, processes
from harness.servers import ROOT, TARGET, WORK
from overload.calls import Clients, Outcome

_MODES = ["head", "distributed", "realTime", "continuous", "lingering"]
_FUNCTIONS = ["jvm", "python", "function"]
_CLIENTS = 16

#: Seconds after which a client gives up while nothing is known of the service.
_MOST_PATIENCE = 60.0

#: How many times longer than normal a client waits at least.
_TIMES_NORMAL = 3
_HEAD = (
    "| service | function | load | goodput, share of capacity | answers | good: median, 99 % (ms)"
    " | 503: median, 99 % (ms) | memory |\n| -- | -- | -- | -- | -- | -- | -- | -- |"
)


def main() -> None:
    """Do what the arguments say."""
    arguments = _arguments()
    if not arguments.skip_build:
        _build()
    print(_HEAD, flush=True)
    for mode in arguments.modes.split(","):
        for function in arguments.functions.split(","):
            with _server(mode, function, arguments.millis) as (port, process):
                asyncio.run(_measure(mode, function, port, process, arguments))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/overload.sh", description=__doc__)
    add = parser.add_argument
    add("--modes", default=",".join(_MODES), help="some of these (all)")
    add("--functions", default=",".join(_FUNCTIONS), help="some of these (all)")
    add("--loads", default="0.5,1,2,5,20", help="how often the capacity is asked for")
    add("--seconds", type=float, default=120, help="length of each load (120)")
    add("--warm-up", type=float, default=20, help="seconds of it that do not count (20)")
    add("--millis", type=int, default=20, help="how long the function sleeps (20)")
    add("--patience", type=float, default=5, help="least seconds after which a client gives up (5)")
    add("--skip-build", action="store_true", help="take what is built and installed as it is")
    return parser.parse_args()


def _build() -> None:
    maven = [str(ROOT / "mvnw"), "-q", "-B", "-ntp", "-DskipTests", "-Dspotless.check.skip"]
    subprocess.run([*maven, "-pl", "serving-bundle", "-am", "package"], cwd=ROOT, check=True)
    building.install("pyspark")


@contextmanager
def _server(mode: str, function: str, millis: int) -> Iterator[tuple[int, int]]:
    """Start a server; gives its port and the process."""
    python = TARGET / "venvs" / "pyspark" / "bin" / "python"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    WORK.mkdir(parents=True, exist_ok=True)
    program = Path(__file__).with_name("server.py")
    environment = {"PYTHONPATH": str(ROOT / "python" / "src"), "PYSPARK_PYTHON": str(python)}
    with (WORK / f"overload-{mode}-{function}.log").open("wb") as log:
        process = subprocess.Popen(
            [str(python), str(program), mode, function, str(port), str(millis)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, **environment},
            cwd=WORK,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if process.stdout.readline().strip() != b"READY":
                sys.exit(f"The server has not started; see {log.name}")
            yield port, process.pid
        finally:
            process.stdin.close()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


async def _measure(
    mode: str, function: str, port: int, process: int, arguments: argparse.Namespace
) -> None:
    clients = Clients(port, _MOST_PATIENCE)
    await clients.call_in_turn(_CLIENTS, 10)
    normal = await clients.call_in_turn(_CLIENTS, 10)
    if not normal.good:
        sys.exit(f"No good answer of {mode}, {function}: {normal.ends}")
    capacity = normal.goodput
    clients.patience = max(arguments.patience, _TIMES_NORMAL * statistics.median(normal.good))
    for load in arguments.loads.split(","):
        outcome = await clients.call(
            float(load) * capacity, arguments.warm_up, arguments.seconds - arguments.warm_up
        )
        memory = processes.peak_memory(process) / (1 << 20)
        print(_row(mode, function, load, capacity, outcome, memory), flush=True)
        # What is still held is answered.
        await asyncio.sleep(2 * clients.patience)
    clients.close()


def _row(
    mode: str, function: str, load: str, capacity: float, outcome: Outcome, memory: float
) -> str:
    ends = ", ".join(f"{count:,} x {end}" for end, count in sorted(outcome.ends.items()))
    cells = [
        mode,
        function,
        f"{load} x {capacity:.1f}/s",
        f"{outcome.goodput / capacity:.2f}",
        ends,
        _times(outcome.good),
        _times(outcome.refused),
        f"{memory:.0f} MiB",
    ]
    return "| " + " | ".join(cells) + " |"


def _times(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    ordered = sorted(seconds)
    return ", ".join(
        f"{ordered[int(share * (len(ordered) - 1))] * 1000:,.1f}" for share in (0.5, 0.99)
    )


if __name__ == "__main__":
    main()
