"""Puts load on a running server and measures."""

import contextlib
import json
import re
import subprocess
import time
from typing import Any

from harness import processes
from harness.checking import Sampler, ask_many
from harness.running import RunningServer
from harness.servers import BENCHMARKS, WORK, java
from harness.workloads import PATH, bodies

#: One measurement, as it is kept: plain values under names.
Measurement = dict[str, Any]

#: How many times as long as it was asked to last a warm-up may take.
_LONGEST_WARM_UP = 5
#: In this order, as what is compiled for many is not always good for few, and the other way round.
_WARM_UP_CONNECTIONS = (8, 64, 1)
#: What a server has to gain from one pass to the next to be warmed up further.
_STILL_FASTER = 1.05

_NO_ANSWER = {"requests": 0, "micros": 0, "bytes": 0, "connect": 0, "read": 0, "write": 0,
              "status": 0, "timeout": 0}  # fmt: skip


def load(
    running: RunningServer, connections: int, seconds: int, size: int | None = None
) -> dict[str, float]:
    """Have wrk post over so many keep-alive connections; gives what it counted."""
    body = WORK / "body"
    body.write_bytes(bodies(running.workload, size))
    ports = running.ports
    # Each server has a thread of wrk, and at least one connection.
    many = max(connections, len(ports))
    arguments = ["wrk", "--threads", str(len(ports)), "--connections", str(many)]
    arguments += ["--duration", f"{seconds}s", "--timeout", "30s"]
    arguments += ["--script", str(BENCHMARKS / "wrk" / "post.lua")]
    arguments += [f"http://localhost:{ports[0]}{PATH}", "--", str(body)]
    if len(ports) > 1:
        arguments += [f"localhost:{port}" for port in ports]
    done = subprocess.run(
        arguments, capture_output=True, text=True, check=False, timeout=seconds + 90
    )
    found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    if not found:
        return {**_NO_ANSWER, "connect": connections}
    return json.loads(found[1])


def warm_up(running: RunningServer, seconds: int) -> None:
    """Let the JVM compile what load makes hot, with few connections and with many.

    It goes on while the server still gets faster, for five times as long at most: one that does a
    hundred requests a second needs longer than one that does fifty thousand.
    """
    before = 0.0
    for _ in range(_LONGEST_WARM_UP):
        rate = sum(_rate(running, many, max(1, seconds // 3)) for many in _WARM_UP_CONNECTIONS)
        if running.crashed() or (before and rate < before * _STILL_FASTER):
            break
        before = rate
    if not running.crashed():
        running.await_quiet()


def _rate(running: RunningServer, connections: int, seconds: int) -> float:
    result = load(running, connections, seconds)
    return result["requests"] / max(1, result["micros"])


def measure(
    running: RunningServer, connections: int, seconds: int, size: int | None = None
) -> Measurement:
    """Measure at so many connections. Other questions are asked meanwhile, unless it is one.

    A server that answers nothing in that time is measured again, for ten times as long.
    """
    sampler = Sampler(running.port, running.workload)
    with sampler if connections > 1 else contextlib.nullcontext():
        for length in (seconds, 10 * seconds):
            cpu_before = processes.cpu_seconds(running.pid)
            result = load(running, connections, length, size)
            if result["requests"] or running.crashed():
                break
    crashed = running.crashed()
    cpu = processes.cpu_seconds(running.pid) - cpu_before
    memory = 0 if crashed else processes.peak_memory(running.pid)
    sampled = sampler.results
    if not crashed:
        running.await_quiet()
        sampled += ask_many(running.port, running.workload, min(connections, 8), 5)
    wrong = sum(count for result_, count in sampled.items() if result_ != "ok")
    failed = sum(int(result[kind]) for kind in ("connect", "read", "write", "status", "timeout"))
    requests = result["requests"] - result["status"]
    return {
        "connections": connections,
        **result,
        "per_second": requests / (result["micros"] / 1e6) if result["micros"] else 0.0,
        "cpu_micros": cpu * 1e6 / requests if requests > 0 and not crashed else None,
        "peak_memory": memory,
        "sampled": dict(sampled),
        "errors": failed + wrong,
        "crashed": crashed,
    }


def soak(running: RunningServer, connections: int, seconds: int) -> Measurement:
    """Measure for long, and weigh what lives in the heap early on, half way and at the end."""
    early, half = max(1, seconds // 10), max(1, seconds // 2)
    parts = []
    heap = []
    for part in (early, half - early, seconds - half):
        parts.append(measure(running, connections, max(1, part)))
        heap.append(None if running.crashed() else live_heap(running))
    return {
        **parts[-1],
        "errors": sum(part["errors"] for part in parts),
        "requests": sum(part["requests"] for part in parts),
        "seconds": seconds,
        "heap": heap,
    }


def live_heap(running: RunningServer) -> int:
    """Bytes that are alive in the server's own JVM, after a full collection."""
    jcmd = java().removesuffix("java") + "jcmd"
    time.sleep(2)
    histogram = subprocess.run(
        [jcmd, str(running.pid), "GC.class_histogram"], capture_output=True, text=True, check=True
    )
    return int(histogram.stdout.split("\nTotal")[1].split()[1])
