"""Spark's own commands as processes: a standalone cluster, and jobs submitted to it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyspark

SPARK_HOME = Path(pyspark.__file__).parent
LOOPBACK = "127.0.0.1"
LOG_TAIL = 150

T = TypeVar("T")


def wait_for(what: str, look: Callable[[], T | None], seconds: float = 60) -> T:
    """What a look gives once it gives something."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise TimeoutError(f"Missing after {seconds} s: {what}")
        # Between two looks: logs and pages of other processes do not tell of a change.
        time.sleep(0.1)
    return found


def print_log(log: Path) -> None:
    lines = log.read_text(errors="replace").splitlines()
    print(f"--- the last {LOG_TAIL} of {len(lines)} lines of {log}")
    print(*lines[-LOG_TAIL:], sep="\n")


class SparkProcess:
    """A command of Spark's in a session of its own, so that whatever it starts can be told."""

    def __init__(self, command: list[str], log: Path, **environment: str) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                start_new_session=True,
                env={
                    **os.environ,
                    "SPARK_HOME": str(SPARK_HOME),
                    "SPARK_LOCAL_IP": LOOPBACK,
                    "PYSPARK_PYTHON": sys.executable,
                    **environment,
                },
            )

    def wait_for_log(self, pattern: str) -> str:
        """The first group of a pattern, once the log has it."""

        def look() -> str | None:
            self.expect_running()
            found = re.search(pattern, self.log_text())
            return found and found.group(1)

        return wait_for(f"{pattern} in {self.log}", look)

    def log_text(self) -> str:
        return self.log.read_text(errors="replace")

    def expect_running(self) -> None:
        status = self._process.poll()
        if status is not None:
            raise ChildProcessError(f"{self.log.name} ended with status {status}")

    def family(self) -> list[str]:
        """Whatever runs in the session: the process, and what it and its children started."""
        table = subprocess.run(
            ["ps", "-e", "-o", "sess=,pid=,stat=,args="], check=True, capture_output=True, text=True
        ).stdout
        processes = (line.split(None, 3) for line in table.splitlines())
        return [
            f"{pid} {command[:200]}"
            for session, pid, state, command in processes
            if int(session) == self._process.pid and not state.startswith("Z")
        ]

    def terminate(self, seconds: float = 30) -> int:
        """Sends SIGTERM to the process alone; gives the exit status as a shell would."""
        self._process.terminate()
        status = self._process.wait(seconds)
        return 128 - status if status < 0 else status

    def kill(self) -> None:
        """Ends what is left of the session."""
        for process in self.family():
            os.kill(int(process.split()[0]), signal.SIGKILL)
        self._process.wait()


@dataclass(frozen=True)
class Machine:
    """Where a process of the cluster runs."""

    address: str = LOOPBACK
    #: What goes before a command that is to run there.
    enter: tuple[str, ...] = ()


class StandaloneCluster:
    """A master and two workers of one core each, every one a process of its own."""

    def __init__(
        self,
        folder: Path,
        master: Machine = Machine(),
        workers: tuple[Machine, Machine] = (Machine(), Machine()),
    ) -> None:
        self._folder = folder
        self._driver = master
        self._processes: list[SparkProcess] = []
        try:
            started = self._start(master, "master", "master.Master")
            self.url = started.wait_for_log(r"Starting Spark master at (spark://\S+)")
            self._master_ui = started.wait_for_log(r"MasterWebUI.* started at (http://\S+)")
            self.workers = [
                self._start(
                    machine, name, "worker.Worker", "--cores", "1", "--memory", "1g", "--work-dir",
                    str(folder / name), self.url,
                )
                for name, machine in zip(("worker-1", "worker-2"), workers, strict=True)
            ]  # fmt: skip
            wait_for("two workers", lambda: len(self._workers()) == 2 or None)
        except BaseException:
            self.stop()
            raise

    def _start(self, machine: Machine, name: str, main: str, *arguments: str) -> SparkProcess:
        process = SparkProcess(
            [
                *machine.enter, str(SPARK_HOME / "bin" / "spark-class"),
                f"org.apache.spark.deploy.{main}",
                "--host", machine.address, "--port", "0", "--webui-port", "0", *arguments,
            ],
            self._folder / f"{name}.log",
            SPARK_LOCAL_IP=machine.address,
            SPARK_DAEMON_MEMORY="256m",
            SPARK_MASTER_OPTS="-Dspark.master.rest.enabled=false",
            SPARK_LOCAL_DIRS=str(self._folder / "local"),
        )  # fmt: skip
        self._processes.append(process)
        return process

    def submit(self, log: Path, arguments: list[str]) -> SparkProcess:
        """Starts spark-submit, in client mode, with one executor on each worker."""
        return SparkProcess(
            [
                str(SPARK_HOME / "bin" / "spark-submit"),
                "--master", self.url,
                "--executor-memory", "512m",
                # Wait for both executors before the job begins.
                "--conf", "spark.scheduler.minRegisteredResourcesRatio=1",
                "--conf", "spark.ui.enabled=false",
                *arguments,
            ],
            log,
            SPARK_LOCAL_IP=self._driver.address,
            SPARK_LOCAL_DIRS=str(self._folder / "local"),
        )  # fmt: skip

    def _workers(self) -> list[dict[str, Any]]:
        workers: list[dict[str, Any]] = get_json(f"{self._master_ui}/json/")["workers"]
        return workers

    def executors(self) -> dict[str, set[str]]:
        """Ids of the executors that run, by worker."""
        return {
            worker["id"]: {
                str(executor["id"])
                for executor in get_json(f"{worker['webuiaddress']}/json/")["executors"]
            }
            for worker in self._workers()
        }

    def print_logs(self) -> None:
        for log in sorted(self._folder.glob("worker-*/*/*/stderr")):
            print_log(log)
        for process in self._processes:
            print_log(process.log)

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.kill()


def get_json(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)
