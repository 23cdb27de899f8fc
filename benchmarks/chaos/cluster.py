"""A standalone cluster, each worker on a machine of its own, and a driver with a service."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any, BinaryIO

from chaos.network import Machine, Network
from harness import processes
from harness.servers import ROOT, TARGET

EXECUTORS = 3
PORT = 8000
GATEWAY_PORT = 8800
DRIVER_PORT = 7078
_PYTHON = TARGET / "venvs" / "pyspark" / "bin" / "python"
_START_SECONDS = 600.0


class Cluster:
    """Master, three workers and the driver's program, all of them processes of this one."""

    def __init__(self, mode: str, folder: Path) -> None:
        """Start master and workers. Their logs, and the driver's, are in the folder."""
        names = [f"worker{number}" for number in range(1, EXECUTORS + 1)]
        self.network = Network(["driver", *names])
        self.driver, *self.workers = self.network.machines
        self.mode = mode
        self.folder = folder
        self.checkpoints = folder / "checkpoints"
        self._logs: list[BinaryIO] = []
        self._started: list[subprocess.Popen[bytes]] = []
        self._program: asyncio.subprocess.Process | None = None
        self._java = 0
        self._asked = 0
        try:
            self._mount()
            self._start_spark()
        except BaseException:
            self.close()
            raise

    def _mount(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.checkpoints.mkdir(parents=True)
        where = ["-o", "size=32m", "tmpfs", str(self.checkpoints)]
        subprocess.run(["mount", "-t", "tmpfs", *where], check=True)

    def _start_spark(self) -> None:
        here = self.network.gateway
        self._start("master", here, [], "master.Master", "--host", here, "--port", "7077")
        for worker in self.workers:
            work = str(self.folder / worker.name)
            arguments = ["--host", worker.address, "--cores", "4", "--memory", "2g", "-d", work]
            prefix = worker.command()
            self._start(
                worker.name, worker.address, prefix, "worker.Worker", *arguments, self._master()
            )

    def _master(self) -> str:
        return f"spark://{self.network.gateway}:7077"

    def _start(self, name: str, address: str, prefix: list[str], what: str, *rest: str) -> None:
        command = [*prefix, str(_spark_home() / "bin" / "spark-class")]
        command += [f"org.apache.spark.deploy.{what}", "--webui-port", "0", *rest]
        self._started.append(
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=self._log(name),
                stderr=subprocess.STDOUT,
                env=self._environment(address),
                cwd=self.folder,
            )
        )

    def _log(self, name: str) -> BinaryIO:
        log = (self.folder / f"{name}.log").open("wb")
        self._logs.append(log)
        return log

    def _environment(self, address: str) -> dict[str, str]:
        return {
            **os.environ,
            "SPARK_HOME": str(_spark_home()),
            "SPARK_LOCAL_IP": address,
            "SPARK_LOCAL_HOSTNAME": address,
            "SPARK_NO_DAEMONIZE": "1",
            "SPARK_DAEMON_MEMORY": "256m",
            "PYTHONPATH": str(ROOT / "python" / "src"),
            "PYSPARK_PYTHON": str(_PYTHON),
        }

    async def serve(self, options: dict[str, str]) -> None:
        """Start the driver and its service; returns when clients may call."""
        program = str(Path(__file__).with_name("service.py"))
        arguments = [self.mode, self._master(), str(self.checkpoints), json.dumps(options)]
        self._program = await asyncio.create_subprocess_exec(
            *self.driver.command(str(_PYTHON), program, *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log("driver"),
            env=self._environment(self.driver.address),
            cwd=self.folder,
        )
        await asyncio.wait_for(self._answer(), _START_SECONDS)
        self._java = next(
            process
            for process in processes.tree(self._program.pid)
            if b"SparkSubmit" in _command_line(process)
        )

    async def ask(self, what: str, seconds: float) -> dict[str, Any]:
        """Tell the driver's program to do something, and give what came of it."""
        assert self._program is not None
        assert self._program.stdin is not None
        self._asked += 1
        self._program.stdin.write(f"{self._asked} {what}\n".encode())
        return await asyncio.wait_for(self._answer(), seconds)

    async def _answer(self) -> dict[str, Any]:
        """The answer to the last question; there may be late ones to those before."""
        assert self._program is not None
        assert self._program.stdout is not None
        while line := await self._program.stdout.readline():
            answer: dict[str, Any] = json.loads(line)
            if answer["asked"] == self._asked:
                return answer
        raise RuntimeError(f"The driver has ended; see {self.folder / 'driver.log'}")

    def driver_process(self) -> int:
        """The driver's JVM."""
        return self._java

    def executor_process(self, worker: Machine) -> int | None:
        """The executor's JVM that the worker has now; None between two."""
        started = self._started[1 + self.workers.index(worker)]
        for process in processes.tree(started.pid):
            if b"CoarseGrainedExecutorBackend" in _command_line(process):
                return process
        return None

    def close(self) -> None:
        """End all processes, and remove the machines."""
        roots = [process.pid for process in self._started]
        if self._program:
            roots.append(self._program.pid)
        for process in {child for root in roots for child in processes.tree(root)}:
            _signal(process, signal.SIGKILL)
        for ended in self._started:
            ended.wait()
        subprocess.run(["umount", "-l", str(self.checkpoints)], check=False)
        for log in self._logs:
            log.close()
        self.network.close()


def _spark_home() -> Path:
    (home,) = (TARGET / "venvs" / "pyspark" / "lib").glob("python*/site-packages/pyspark")
    return home


def _command_line(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def _signal(process: int, what: signal.Signals) -> None:
    try:
        os.kill(process, what)
    except ProcessLookupError:
        return
