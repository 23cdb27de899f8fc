"""The command line."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from harness import building, machine, report
from harness.catalogue import SERVERS
from harness.measuring import Measurement
from harness.rounds import (
    FAILURES,
    WORKLOADS,
    Durations,
    Rounds,
    measure_server,
    named,
    servers_of,
)
from harness.servers import (
    BENCHMARKS,
    JAVA_OPTIONS,
    WORK,
    Server,
    java,
    own_class_path,
    versions,
)
from harness.workloads import FUNCTIONS, RECORDS, STATEFUL


def main() -> None:
    """Do what the arguments say."""
    arguments = _arguments()
    if arguments.report:
        report.write(arguments.output)
    elif arguments.jmh is not None:
        if not arguments.skip_build:
            building.prepare(["serving"])
        _jmh(arguments.jmh.split())
    else:
        _measure(arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run", description=__doc__)
    names = ", ".join(server.name for server in SERVERS)
    add = parser.add_argument
    add("--servers", help=f"some of: {names}; default: the essential ones")
    add("--workloads", default=None, help=f"some of: {', '.join(WORKLOADS)}; default: hello")
    add("--seconds", type=int, default=4, help="length of one measurement (4)")
    add("--warm-up", type=int, default=8, help="seconds of load before the first one (8)")
    add("--soak", type=int, default=600, help="seconds of the workload soak (600)")
    add(
        "--rounds",
        type=int,
        help="rounds of functions, records, stateful (5), of hello on essential servers (3)",
    )
    add("--rest-rounds", type=int, default=1, help="rounds of all else; soak has one (1)")
    add("--output", type=Path, default=BENCHMARKS / "results", help="folder of the report")
    add("--quick", action="store_true", help="one round of 2 seconds each, to see that it works")
    add(
        "--all",
        action="store_true",
        help="all servers; all workloads but soak, records, stateful, functions",
    )
    add("--add", action="store_true", help="keep other workloads' figures in the output folder")
    add("--install", action="store_true", help="build and install, and measure nothing")
    add("--skip-build", action="store_true", help="take what is built and installed as it is")
    add("--report", action="store_true", help="measure nothing, write the report anew")
    add("--jmh", nargs="?", const="", help="run the JMH benchmarks, with these arguments for JMH")
    return parser.parse_args()


def _measure(arguments: argparse.Namespace) -> None:
    building.require_wrk()
    workloads = _workloads(arguments)
    durations = Durations(arguments.seconds, arguments.warm_up, arguments.soak)
    rounds = Rounds(arguments.rounds or 3, arguments.rest_rounds, arguments.rounds or 5)
    if arguments.quick:
        durations, rounds = Durations(2, 3, 20), Rounds(1, 1, 1)
    chosen = {workload: _servers(arguments, workload) for workload in workloads}
    if not arguments.skip_build:
        _prepare(chosen)
    if arguments.install:
        return
    description = {
        **machine.describe(),
        "seconds of a measurement": str(durations.measurement),
        "rounds": str(rounds),
    }
    results = report.Results.begin(arguments.output, workloads, keep_others=arguments.add)
    for workload, servers in chosen.items():
        results.note_run([workload], {**description, "versions": versions(servers, workload)})
    for workload, servers in chosen.items():
        for number in range(1, rounds.most + 1):
            for server in servers:
                if number <= rounds.of(workload, server):
                    _measure_server(server, workload, number, durations, results)
    report.write(arguments.output)


def _workloads(arguments: argparse.Namespace) -> list[str]:
    if arguments.workloads is None:
        long = ("soak", RECORDS, STATEFUL, *FUNCTIONS)
        return [name for name in WORKLOADS if name not in long] if arguments.all else ["hello"]
    workloads = arguments.workloads.split(",")
    unknown = [workload for workload in workloads if workload not in WORKLOADS]
    if unknown:
        sys.exit(f"Unsupported workload {unknown[0]}: expected some of {', '.join(WORKLOADS)}")
    return workloads


def _servers(arguments: argparse.Namespace, workload: str) -> list[Server]:
    everything = arguments.all or workload in (STATEFUL, *FUNCTIONS)
    try:
        return servers_of(workload, named(arguments.servers, everything=everything))
    except ValueError as e:
        sys.exit(str(e))


def _prepare(chosen: dict[str, list[Server]]) -> None:
    """Leave out the servers whose needs cannot be met."""
    failed = building.prepare(
        need
        for workload, servers in chosen.items()
        for server in servers
        for need in server.needs_for(workload)
    )
    for workload, servers in chosen.items():
        servers[:] = [s for s in servers if failed.isdisjoint(s.needs_for(workload))]


def _measure_server(
    server: Server, workload: str, number: int, durations: Durations, results: report.Results
) -> None:
    began = time.monotonic()
    try:
        for measured in measure_server(server, workload, durations):
            results.add({"round": number, **measured})
            print(f"round {number}, {workload}, {server.name}: {_summary(measured)}", flush=True)
    except FAILURES as e:
        failed = {"workload": workload, "server": server.name, "failed": str(e)}
        results.add({"round": number, **failed})
        print(f"round {number}, {workload}, {server.name}: {e}", flush=True)
    print(f"  {time.monotonic() - began:.0f} s in all", flush=True)


def _summary(measured: Measurement) -> str:
    if "failed" in measured:
        return measured["failed"]
    median = f"{measured['p50'] / 1000:.2f} ms" if measured["requests"] else "no answer"
    return (
        f"{measured['connections']} connections, median {median}, "
        f"{measured['per_second']:.0f} requests/s, {measured['errors']} errors"
        + (", CRASHED" if measured["crashed"] else "")
    )


def _jmh(arguments: list[str]) -> None:
    (WORK / "tmp").mkdir(parents=True, exist_ok=True)
    jmh = [java(), *JAVA_OPTIONS, "-cp", own_class_path(), "org.openjdk.jmh.Main"]
    subprocess.run([*jmh, *arguments], check=True)


if __name__ == "__main__":
    main()
