"""What is broken, for how long, and how it is mended."""

import asyncio
import contextlib
import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from chaos.checker import Clients, Frozen
from chaos.cluster import DRIVER_PORT, Cluster
from chaos.network import Machine

#: Seconds that processes stand still, or machines are cut from each other.
LONG = 45.0

#: Seconds that something is used up.
SHORT = 20.0
_DRIPPING = 300
_DRIP_SECONDS = 30.0


@dataclass(frozen=True)
class Scene:
    """What faults have to do with."""

    cluster: Cluster
    clients: Clients
    frozen: Frozen
    chance: random.Random
    doors: list[str]


async def freeze_driver(scene: Scene) -> None:
    """SIGSTOP to the driver's JVM, and SIGCONT."""
    await _freeze(scene, scene.cluster.driver.address, scene.cluster.driver_process())


async def freeze_executor(scene: Scene) -> None:
    """SIGSTOP to an executor's JVM, and SIGCONT."""
    worker = scene.chance.choice(scene.cluster.workers)
    await _freeze(scene, worker.address, await _executor(scene, worker))


async def _freeze(scene: Scene, address: str, process: int) -> None:
    scene.frozen.begin(address)
    os.kill(process, signal.SIGSTOP)
    try:
        await asyncio.sleep(LONG)
    finally:
        # Spark's worker may have ended it meanwhile.
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)
        scene.frozen.end(address)


async def kill_executor(scene: Scene) -> None:
    """SIGKILL to an executor's JVM."""
    os.kill(await _executor(scene, scene.chance.choice(scene.cluster.workers)), signal.SIGKILL)


async def cut_driver(scene: Scene) -> None:
    """No packet between the driver and an executor."""
    await _cut(scene, scene.cluster.driver, scene.chance.choice(scene.cluster.workers))


async def cut_executors(scene: Scene) -> None:
    """No packet between two executors."""
    await _cut(scene, *scene.chance.sample(scene.cluster.workers, 2))


async def _cut(scene: Scene, one: Machine, other: Machine) -> None:
    network = scene.cluster.network
    network.cut(one, other)
    try:
        await asyncio.sleep(LONG)
    finally:
        network.mend(one, other)
    # The kernel sends again what was lost at longer and longer times, up to a minute.
    ends = time.monotonic() + 2 * LONG
    while network.is_lossy(one, other, DRIVER_PORT) and time.monotonic() < ends:
        await asyncio.sleep(0.1)


async def exhaust_driver(scene: Scene) -> None:
    """No file and no connection can be opened by the driver."""
    await _exhaust(scene, scene.cluster.driver.address, scene.cluster.driver_process())


async def exhaust_executor(scene: Scene) -> None:
    """No file and no connection can be opened by an executor."""
    worker = scene.chance.choice(scene.cluster.workers)
    await _exhaust(scene, worker.address, await _executor(scene, worker))


async def _exhaust(scene: Scene, address: str, process: int) -> None:
    soft, hard = resource.prlimit(process, resource.RLIMIT_NOFILE)
    opened = {int(entry.name) for entry in Path(f"/proc/{process}/fd").iterdir()}
    free = next(number for number in range(len(opened) + 1) if number not in opened)
    resource.prlimit(process, resource.RLIMIT_NOFILE, (free, hard))
    # It cannot take connections: whoever makes one has to wait.
    scene.frozen.begin(address)
    try:
        await asyncio.sleep(SHORT)
    finally:
        scene.frozen.end(address)
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(process, resource.RLIMIT_NOFILE, (soft, hard))


async def fill_checkpoints(scene: Scene) -> None:
    """The disk with the checkpoints is full."""
    filling = scene.cluster.checkpoints / "filling"
    ends = time.monotonic() + SHORT
    try:
        while time.monotonic() < ends:
            # What queries delete meanwhile is used up as well.
            with contextlib.suppress(OSError), filling.open("ab", 0) as file:
                while file.write(bytes(1 << 20)):
                    pass
            await asyncio.sleep(0.2)
    finally:
        filling.unlink(missing_ok=True)


async def protect_checkpoints(scene: Scene) -> None:
    """The folder with the checkpoints is read-only."""
    folder = str(scene.cluster.checkpoints)
    for _ in range(200):
        if not subprocess.run(
            ["mount", "-o", "remount,ro", folder], check=False, capture_output=True
        ).returncode:
            break
        # A file was open for writing.
        await asyncio.sleep(0.02)
    else:
        raise RuntimeError(f"Cannot make {folder} read-only")
    try:
        await asyncio.sleep(SHORT)
    finally:
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)


async def drip(scene: Scene) -> None:
    """300 more clients who send a byte now and then."""
    head = b"POST /api HTTP/1.1\r\nHost: chaos\r\nContent-Length: 1000\r\n\r\n"

    async def send(client: int) -> None:
        door = scene.doors[client % len(scene.doors)]
        addresses = scene.clients.addresses[door]
        address = addresses[client % len(addresses)]
        # Half of them send the head at once, and are slow with the body.
        sent, rest = (head, b"x" * 1000) if client % 2 else (b"", head)
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection(*address)
            try:
                writer.write(sent)
                for byte in rest:
                    writer.write(bytes([byte]))
                    await asyncio.sleep(0.5 + scene.chance.random())
                    if reader.at_eof():
                        break
            finally:
                writer.close()

    dripping = [asyncio.create_task(send(client)) for client in range(_DRIPPING)]
    await asyncio.sleep(_DRIP_SECONDS)
    for task in dripping:
        task.cancel()
    await asyncio.gather(*dripping, return_exceptions=True)


async def burst(scene: Scene) -> None:
    """600 more clients who call five times at once, while each call takes 20 ms."""
    await scene.clients.burst(scene.doors, 600, 5, 20)


async def replace(scene: Scene) -> None:
    """Two queries after each other, each in the place of the one before."""
    for _ in range(2):
        answer = await scene.cluster.ask("replace", 90)
        if not answer.get("replaced"):
            raise RuntimeError(f"Cannot replace the query: {answer}")


async def _executor(scene: Scene, worker: Machine) -> int:
    for _ in range(300):
        if process := scene.cluster.executor_process(worker):
            return process
        await asyncio.sleep(0.1)
    raise RuntimeError(f"No executor has come to {worker.name} within 30 seconds")


FAULTS: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "driver frozen": freeze_driver,
    "executor killed": kill_executor,
    "executor frozen": freeze_executor,
    "driver and executor cut": cut_driver,
    "two executors cut": cut_executors,
    "driver without descriptors": exhaust_driver,
    "executor without descriptors": exhaust_executor,
    "checkpoint disk full": fill_checkpoints,
    "checkpoint read-only": protect_checkpoints,
    "300 dripping clients": drip,
    "full queue": burst,
    "two replacements": replace,
}
