"""What is measured in one round, server after server."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harness.awake import cores_awake
from harness.catalogue import CLUSTER, GROWTH, SERVERS
from harness.measuring import Measurement, load, measure, soak, warm_up
from harness.running import RunningServer
from harness.servers import Server
from harness.workloads import FUNCTIONS, MANY_RECORDS, RECORDS, STATEFUL

CONNECTIONS = (1, 8, 64)
FEW_OR_MANY = (1, 64)
BODIES = (100, 10 << 10, 1 << 20)
SOAK_CONNECTIONS = 64
WORKLOADS = ("hello", "ml", "bodies", "growth", "cluster", "soak", RECORDS, STATEFUL,
             *FUNCTIONS)  # fmt: skip
#: What a server, wrk or the JVM's tools may do wrong without an end to the rest of a run.
FAILURES = (RuntimeError, OSError, subprocess.SubprocessError, ValueError, LookupError)

#: Enough to see what becomes of large bodies; the rest would tell the same.
_BODIES_BY_DEFAULT = {"jetty", "real-time", "continuous", "distributed", "head", "synapseml-head",
                      "fastapi"}  # fmt: skip

Case = Callable[[RunningServer], Measurement]


@dataclass(frozen=True)
class Durations:
    """Seconds of each step."""

    measurement: int
    warm_up: int
    soak: int


@dataclass(frozen=True)
class Rounds:
    """How often servers are measured: what comes once has no spread, but takes a third."""

    essential: int
    rest: int
    functions: int = 1

    @property
    def most(self) -> int:
        """Rounds of what is measured most often."""
        return max(self.essential, self.rest, self.functions)

    def of(self, workload: str, server: Server) -> int:
        """Give the rounds of a server: essential are those of a usual run, with hello."""
        if workload == "soak":
            return 1
        if workload in (RECORDS, STATEFUL, *FUNCTIONS):
            return self.functions
        if workload == "cluster":
            return self.essential
        return self.essential if workload == "hello" and server.by_default else self.rest

    def __str__(self) -> str:
        """As reports say it."""
        return (
            f"{self.essential} of hello on the essential servers and of cluster,"
            f" {self.functions} of functions, records and stateful, {self.rest} of the rest"
        )


def servers_of(workload: str, chosen: list[Server]) -> list[Server]:
    """Give those of the chosen servers that can take a workload."""
    if workload in ("growth", "cluster"):
        modes = {server.mode for server in chosen if server.family == "ours"}
        clusters = GROWTH if workload == "growth" else CLUSTER
        return [server for server in clusters if server.mode in modes]
    if workload == "bodies":
        return [server for server in chosen if server.name in _BODIES_BY_DEFAULT]
    if workload == "soak":
        return [s for s in chosen if s.family == "ours" and s.spark == "4.2"]
    return [server for server in chosen if workload in server.workloads]


def measure_server(server: Server, workload: str, durations: Durations) -> Iterator[Measurement]:
    """Start a server, measure it in all cases of a workload, and stop it.

    One that crashes is started anew for the next case, and from then on warmed up by a single
    connection only. One that could not be measured in a case is started anew for the next too.

    Raises:
        RuntimeError: if the server does not start.
    """
    running = None
    gentle = False
    try:
        for case in _cases(server, workload, durations):
            if running is None or running.crashed():
                if running is not None:
                    running.close()
                running = _start(server, workload, durations, gentle=gentle)
                if running.crashed():
                    gentle = True
                    running.close()
                    running = _start(server, workload, durations, gentle=True)
            about = {"workload": workload, "server": server.name}
            try:
                measured = case(running)
            except FAILURES as e:
                yield {**about, "failed": str(e)}
                running.close()
                running = None
                continue
            gentle = gentle or measured["crashed"]
            yield {**about, "start_seconds": running.start_seconds, **measured}
    finally:
        if running is not None:
            running.close()


def _start(server: Server, workload: str, durations: Durations, *, gentle: bool) -> RunningServer:
    asked = workload if workload in ("ml", RECORDS, STATEFUL, *FUNCTIONS) else "hello"
    running = RunningServer(server, asked)
    if gentle:
        load(running, 1, durations.warm_up)
        running.await_quiet()
    else:
        # Each executor's JVM warms by itself, and has its part of the load and of the cores.
        warm_up(running, durations.warm_up * max(1, server.executors))
    return running


def _cases(server: Server, workload: str, durations: Durations) -> list[Case]:
    seconds = durations.measurement
    if workload == "soak":
        return [lambda running: soak(running, SOAK_CONNECTIONS, durations.soak)]
    if workload == "growth":
        return [lambda running: {**measure(running, 64, seconds), "executors": server.executors}]
    if workload == "bodies":
        return [
            lambda running, size=size: {**measure(running, 8, seconds, size), "body": size}
            for size in BODIES
        ]
    if workload == RECORDS:
        return [
            lambda running, many=many: {**measure(running, 64, seconds, many), "body": many}
            for many in (1, MANY_RECORDS)
        ]
    alone = max(seconds, server.least_seconds)
    cases = [
        lambda running, many=many: measure(running, many, alone if many == 1 else seconds)
        for many in (CONNECTIONS if workload in ("hello", "ml") else FEW_OR_MANY)
    ]
    if workload == "hello":
        cases.insert(1, lambda running: _measure_awake(running, alone))
    return cases


def _measure_awake(running: RunningServer, seconds: int) -> Measurement:
    with cores_awake():
        return {**measure(running, 1, seconds), "awake": True}


def named(names: str | None, *, everything: bool) -> list[Server]:
    """Give servers by their names, separated by commas; without names, those of a usual run."""
    known = {server.name: server for server in SERVERS}
    if names is None:
        return [server for server in SERVERS if everything or server.by_default]
    unknown = [name for name in names.split(",") if name not in known]
    if unknown:
        raise ValueError(f"Unsupported server {unknown[0]}: expected some of {', '.join(known)}")
    return [known[name] for name in names.split(",")]
