"""Machines with addresses of their own, on one machine: Linux network namespaces on a bridge."""

import os
import shutil
import subprocess
from contextlib import ExitStack
from types import TracebackType

from spark_processes import Machine

#: Of the block that is set aside for tests between networks.
NETWORK = "198.18.77"


class CannotMakeNamespacesError(Exception):
    """This machine does not let its user make network namespaces."""


class TwoMachines:
    """Two namespaces, and this machine as a third on the same bridge. Gone when it is left."""

    def __init__(self) -> None:
        self.here = Machine(f"{NETWORK}.1")
        self.workers: tuple[Machine, Machine] = (self._machine(1), self._machine(2))
        self._undo = ExitStack()

    def _machine(self, number: int) -> Machine:
        return Machine(f"{NETWORK}.{10 + number}", ("ip", "netns", "exec", self._namespace(number)))

    @staticmethod
    def _namespace(number: int) -> str:
        return f"serving-{os.getpid()}-{number}"

    def __enter__(self) -> "TwoMachines":
        if shutil.which("ip") is None:
            raise CannotMakeNamespacesError("Missing the command ip: install iproute2")
        # Interfaces have short names.
        bridge = f"sv{os.getpid()}b"
        try:
            self._ip("link", "add", bridge, "type", "bridge", undo=f"link del {bridge}")
            self._ip("addr", "add", f"{self.here.address}/24", "dev", bridge)
            self._ip("link", "set", bridge, "up")
            for number, machine in enumerate(self.workers, start=1):
                self._add(self._namespace(number), machine.address, bridge, number)
        except BaseException:
            self._undo.close()
            raise
        return self

    def _add(self, namespace: str, address: str, bridge: str, number: int) -> None:
        cable = f"sv{os.getpid()}v{number}"
        self._ip("netns", "add", namespace, undo=f"netns del {namespace}")
        self._ip(
            "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace,
            undo=f"link del {cable}",
        )  # fmt: skip
        self._ip("link", "set", cable, "master", bridge, "up")
        self._ip("-n", namespace, "addr", "add", f"{address}/24", "dev", "eth0")
        self._ip("-n", namespace, "link", "set", "lo", "up")
        self._ip("-n", namespace, "link", "set", "eth0", "up")

    def _ip(self, *arguments: str, undo: str = "") -> None:
        done = subprocess.run(["ip", *arguments], check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise CannotMakeNamespacesError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
        if undo:
            self._undo.callback(
                subprocess.run, ["ip", *undo.split()], check=False, capture_output=True
            )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._undo.close()
