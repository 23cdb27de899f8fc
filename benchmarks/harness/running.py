"""A server process, from its start to its end."""

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from types import TracebackType

from harness import processes
from harness.checking import ask
from harness.servers import WORK, Server
from harness.workloads import question

_START_LIMIT = 180
_QUIET_SHARE = 0.1
_QUIET_LIMIT = 15


class RunningServer:
    """A server that has given its first right answer, until it is closed."""

    def __init__(self, server: Server, workload: str) -> None:
        """Start it, and wait for its first right answer."""
        self.server = server
        self.workload = workload
        self.port = _free_port()
        self.ports = [self.port]
        self._ready = threading.Event()
        command = server.command(self.port, workload)
        self._ends_with_input = command.ends_with_input
        (WORK / "tmp").mkdir(parents=True, exist_ok=True)
        self.log = WORK / f"{server.name}-{workload}.log"
        self._log_file = self.log.open("wb")
        began = time.monotonic()
        self._process = subprocess.Popen(
            command.arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log_file,
            env={**os.environ, **command.environment},
            cwd=WORK,
            start_new_session=True,
        )
        threading.Thread(target=self._read_output, daemon=True).start()
        try:
            self._await_answer(began)
        except BaseException:
            self.close()
            raise
        self.start_seconds = time.monotonic() - began

    @property
    def pid(self) -> int:
        """Root of the process tree."""
        return self._process.pid

    def crashed(self) -> bool:
        """Whether it has ended by itself."""
        return self._process.poll() is not None

    def await_quiet(self) -> None:
        """Wait until it takes hardly any CPU time: compilers have finished, queues are empty."""
        deadline = time.monotonic() + _QUIET_LIMIT
        share = 1.0
        while share > _QUIET_SHARE and time.monotonic() < deadline and not self.crashed():
            before, began = processes.cpu_seconds(self.pid), time.monotonic()
            time.sleep(0.5)
            share = (processes.cpu_seconds(self.pid) - before) / (time.monotonic() - began)

    def close(self) -> None:
        """End it: as it wants to be ended, then by a signal, then by force."""
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        if self._ends_with_input:
            self._wait(15)
        if not self.crashed():
            self._process.terminate()
            self._wait(10)
        # Whatever is left of its process group, which is this server's alone.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._log_file.close()

    def __enter__(self) -> "RunningServer":
        """Give itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        self.close()

    def _await_answer(self, began: float) -> None:
        asked = question(self.workload)
        while time.monotonic() - began < _START_LIMIT:
            if self.crashed():
                raise RuntimeError(f"Cannot start {self.server.name}: see {self.log}")
            if ask(self.port, asked, timeout=20) == "ok":
                if self.server.executors:
                    self._ready.wait(_START_LIMIT)
                return
            time.sleep(0.02)
        raise RuntimeError(f"Missing a right answer of {self.server.name}: see {self.log}")

    def _read_output(self) -> None:
        for line in self._process.stdout:
            words = line.decode(errors="replace").split()
            if words[:1] == ["READY"]:
                self.ports = [int(word) for word in words[1:]]
                self._ready.set()

    def _wait(self, seconds: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]
