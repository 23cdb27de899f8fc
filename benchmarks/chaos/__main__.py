"""Breaks services in every way, in random order, while clients check every answer.

Needs Linux and root, as it makes network namespaces and a small file system in memory.
"""

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from chaos import faults, report
from chaos.checker import GRACE, Call, Clients, Frozen
from chaos.cluster import GATEWAY_PORT, PORT, Cluster
from harness import building
from harness.servers import BENCHMARKS, ROOT, WORK

MODES = list(report.LABELS)

#: Seconds that a request may wait for its answer.
_TIMEOUT = 10.0
_OPTIONS = {"requestTimeout": "10s", "numPartitions": "3", "maxQueueSize": "50"}

#: Clients of the gateway, and of all servers together.
_CLIENTS = 12

#: Seconds after a fault's end in which it is seen whether everything is served.
_SETTLE = 12.0
_LONGEST_SETTLE = 90.0

#: Seconds without a failure before another fault.
_CALM = 5.0


def main() -> None:
    """Do what the arguments say."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if not arguments.skip_build:
        maven = [str(ROOT / "mvnw"), "-q", "-B", "-ntp", "-DskipTests", "-Dspotless.check.skip"]
        subprocess.run([*maven, "-pl", "serving-bundle", "-am", "package"], cwd=ROOT, check=True)
        building.install("pyspark")
    arguments.output.mkdir(parents=True, exist_ok=True)
    print(f"Seed {arguments.seed}", flush=True)
    rows = []
    for mode in arguments.modes.split(","):
        run = asyncio.run(_Run(mode, arguments).rows())
        rows += run
        file = arguments.output / f"seed-{arguments.seed}-{mode}.json"
        file.write_text(json.dumps([row.as_json() for row in run], indent=1) + "\n")
    print("\n".join(report.table(rows)), flush=True)
    _write(arguments.output)
    passed = all(row.passed for row in rows)
    print("PASS" if passed else "FAIL", flush=True)
    sys.exit(not passed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/chaos.sh", description=__doc__)
    add = parser.add_argument
    add("--modes", default=",".join(MODES), help="some of these (all)")
    add("--faults", default=",".join(faults.FAULTS), help="some of these (all)")
    add("--seconds", type=float, default=600, help="least length of each mode (600)")
    add("--seed", type=int, default=random.randrange(1_000_000), help="of the order (random)")
    add("--output", type=Path, default=BENCHMARKS / "target" / "chaos", help="folder for reports")
    add("--skip-build", action="store_true", help="take what is built and installed as it is")
    return parser.parse_args()


def _write(folder: Path) -> None:
    """Write tables of all runs in the folder."""
    rows = []
    for file in sorted(folder.glob("seed-*.json"), key=lambda file: _order(file.stem)):
        rows += [report.Row(**row) for row in json.loads(file.read_text())]
    (folder / "report.md").write_text("\n".join(report.table(rows)) + "\n")
    (folder / "summary.md").write_text("\n".join(report.summary(rows, list(faults.FAULTS))) + "\n")


def _order(name: str) -> tuple[int, str]:
    mode = name.rpartition("-")[2]
    return (MODES.index(mode) if mode in MODES else len(MODES)), name


def _lines(fault: str, calls: list[Call], began: float, ended: float) -> Iterator[str]:
    """What a reader looks for who wants to know why: each call that failed, by the fault's end."""
    for call in calls:
        if call.ended >= began and call.end != "200":
            times = f"{call.began - ended:.2f}\t{call.ended - ended:.2f}"
            yield f"{fault}\t{times}\t{call.door}\t{call.address}\t{call.end}\n"


class _Run:
    """One mode, fault after fault."""

    def __init__(self, mode: str, arguments: argparse.Namespace) -> None:
        self._mode = mode
        self._chance = random.Random(f"{arguments.seed} {mode}")
        self._names = arguments.faults.split(",")
        self._seconds = arguments.seconds
        self._frozen = Frozen()
        self._clients = Clients(_TIMEOUT + GRACE, self._frozen)
        #: When faults began, ended, and had no more consequences.
        self._spans: list[tuple[str, float, float, float]] = []
        self._wrongs: dict[int, list[str]] = {}

    async def rows(self) -> list[report.Row]:
        """Break what there is to break, and judge."""
        cluster = Cluster(self._mode, WORK / f"chaos-{self._mode}")
        try:
            options = dict(_OPTIONS)
            if self._mode != "head":
                options |= {"gateway.port": str(GATEWAY_PORT), "gateway.host": "0.0.0.0"}
            await cluster.serve(options)
            return await self._break(cluster)
        finally:
            cluster.close()

    async def _break(self, cluster: Cluster) -> list[report.Row]:
        following = self._admit(cluster)
        scene = faults.Scene(
            cluster, self._clients, self._frozen, self._chance, list(self._clients.addresses)
        )
        await self._calm(time.monotonic())
        began = time.monotonic()
        number = 0
        while number < len(self._names) or time.monotonic() < began + self._seconds:
            if number % len(self._names) == 0:
                self._chance.shuffle(self._names)
            await self._fault(scene, self._names[number % len(self._names)])
            number += 1
        following.cancel()
        await self._clients.leave()
        return self._judge()

    def _admit(self, cluster: Cluster) -> asyncio.Task[None]:
        driver = cluster.driver.address
        if self._mode == "head":
            self._clients.addresses["server"] = [(driver, PORT)]
            self._clients.come("server", 2 * _CLIENTS)
            return asyncio.create_task(asyncio.sleep(0))
        self._clients.addresses["gateway"] = [(driver, GATEWAY_PORT)]
        self._clients.addresses["server"] = []
        self._clients.come("gateway", _CLIENTS)
        self._clients.come("server", _CLIENTS)
        url = f"http://{driver}:{GATEWAY_PORT}/_serving/services/api"
        return asyncio.create_task(self._clients.follow(url))

    async def _fault(self, scene: faults.Scene, name: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {self._mode}: {name}", flush=True)
        wrongs: list[str] = []
        before = len(self._clients.wrongs)
        began = time.monotonic()
        try:
            await faults.FAULTS[name](scene)
        except Exception as e:
            traceback.print_exc()
            wrongs.append(f"{type(e).__name__}: {e}")
        ended = time.monotonic()
        await self._calm(ended)
        wrongs += await self._question(scene.cluster)
        wrongs += self._clients.wrongs[before:]
        self._spans.append((name, began, ended, time.monotonic()))
        self._wrongs[len(self._spans) - 1] = wrongs
        seen = report.row(name, self._mode, self._clients.calls, self._spans[-1][1:])
        again = "never" if seen.again is None else f"after {seen.again:.1f} s"
        print(
            f"  {report.ends(seen.failed)} of {seen.requests:,}; served again {again}", flush=True
        )
        print("".join(f"  {wrong}\n" for wrong in wrongs[:5]), end="", flush=True)
        with (scene.cluster.folder / "failures.tsv").open("a") as file:
            file.writelines(_lines(name, self._clients.calls, began, ended))

    async def _calm(self, ended: float) -> None:
        """Wait until nothing has failed for a while, though not for ever."""
        while True:
            await asyncio.sleep(0.5)
            now = time.monotonic()
            late = [call for call in self._clients.calls[-1000:] if call.began > now - _CALM]
            failing = not late or any(call.end != "200" for call in late)
            failing |= any(began < now - _CALM for began in self._clients.open.values())
            if now > ended + _LONGEST_SETTLE or (now > ended + _SETTLE and not failing):
                return

    async def _question(self, cluster: Cluster) -> list[str]:
        try:
            status = await cluster.ask("status", 30)
        except Exception as e:
            return [f"The driver does not answer: {type(e).__name__} {e}"]
        return [] if status.get("active") else [f"The query has ended: {status}"]

    def _judge(self) -> list[report.Row]:
        rows = []
        for number, (name, *span) in enumerate(self._spans):
            row = report.row(name, self._mode, self._clients.calls, tuple(span))
            row.wrongs = self._wrongs[number]
            rows.append(row)
        return rows


if __name__ == "__main__":
    main()
