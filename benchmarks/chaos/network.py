"""Machines that are none: network namespaces on one bridge, which can be cut from each other."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

#: An address of hardware that nobody has, so that what is sent there gets lost without a word.
_NOBODY = "02:00:00:00:00:01"


#: How often the kernel has sent something again, as ss shows it.
_AGAIN = re.compile(r"timer:\(on,[^,]*,(\d+)\)")


@dataclass(frozen=True)
class Machine:
    """A namespace with one address."""

    name: str
    address: str

    def command(self, *command: str) -> list[str]:
        """What runs the command on this machine, in a process with the same id."""
        return ["nsenter", f"--net=/run/netns/{self.name}", "--", *command]


class Network:
    """A bridge and the machines on it, until closed. Whoever makes it is at ``gateway``."""

    def __init__(self, machines: list[str]) -> None:
        """Make machines of these names. Needs root, and Linux."""
        if os.getuid() or not Path("/run").exists():
            raise PermissionError("Cannot make network namespaces: only root can, on Linux")
        self._slot = _free_slot()
        self.bridge = f"chaos{self._slot}"
        self.gateway = f"10.213.{self._slot}.1"
        self.machines: list[Machine] = []
        try:
            _ip("link", "set", self.bridge, "up")
            _ip("address", "add", f"{self.gateway}/24", "dev", self.bridge)
            for number, name in enumerate(machines):
                self._add(Machine(f"{self.bridge}-{name}", f"10.213.{self._slot}.{10 + number}"))
        except BaseException:
            self.close()
            raise

    def _add(self, machine: Machine) -> None:
        _ip("netns", "add", machine.name)
        self.machines.append(machine)
        outside = f"{self.bridge}v{len(self.machines)}"
        inside = ("type", "veth", "peer", "name", "eth0", "netns", machine.name)
        _ip("link", "add", outside, *inside)
        _ip("link", "set", outside, "master", self.bridge, "up")
        _ip("-n", machine.name, "address", "add", f"{machine.address}/24", "dev", "eth0")
        _ip("-n", machine.name, "link", "set", "lo", "up")
        _ip("-n", machine.name, "link", "set", "eth0", "up")

    def cut(self, one: Machine, other: Machine) -> None:
        """Lose every packet between the two, in both directions, from now on."""
        for sender, receiver in ((one, other), (other, one)):
            entry = (receiver.address, "lladdr", _NOBODY, "nud", "permanent", "dev", "eth0")
            _ip("-n", sender.name, "neigh", "replace", *entry)

    def mend(self, one: Machine, other: Machine) -> None:
        """Lose no more."""
        for sender, receiver in ((one, other), (other, one)):
            _ip("-n", sender.name, "neigh", "del", receiver.address, "dev", "eth0")

    def is_lossy(self, one: Machine, other: Machine, port: int) -> bool:
        """Whether connections of the two to a port have bytes to send that were lost before."""
        for sender, receiver in ((one, other), (other, one)):
            what = ["state", "established", "dst", receiver.address]
            ports = f"( sport = :{port} or dport = :{port} )"
            command = sender.command("ss", "-tnoH", *what, "and", ports)
            shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            if any(int(again) for again in _AGAIN.findall(shown)):
                return True
        return False

    def close(self) -> None:
        """Remove it all."""
        for number, machine in enumerate(self.machines, 1):
            # The namespace lives on for as long as the kernel has packets to send from there.
            _ip("link", "del", f"{self.bridge}v{number}", check=False)
            _ip("netns", "del", machine.name, check=False)
        _ip("link", "del", self.bridge, check=False)


def _free_slot() -> int:
    for slot in range(1, 100):
        if _ip("link", "add", f"chaos{slot}", "type", "bridge", check=False):
            return slot
    raise RuntimeError("Cannot make a bridge: ip link add chaos1 type bridge says why")


def _ip(*arguments: str, check: bool = True) -> bool:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"Cannot run ip {' '.join(arguments)}: {done.stderr.strip()}")
    return not done.returncode
