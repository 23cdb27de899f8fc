"""What the operating system knows of a process and its descendants."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """Give the process and all that descend from it, as far as they live."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (stat := _stat(int(entry.name))):
            children.setdefault(int(stat[1]), []).append(int(entry.name))
    found = [root]
    for process in found:
        found.extend(children.get(process, []))
    return found


def cpu_seconds(root: int) -> float:
    """CPU time of the tree, with that of children which have ended."""
    total = 0
    for process in tree(root):
        if stat := _stat(process):
            total += sum(int(field) for field in stat[11:15])
    return total / _TICKS


def peak_memory(root: int) -> int:
    """Sum of the peaks of resident memory in the tree, in bytes."""
    total = 0
    for process in tree(root):
        try:
            lines = Path(f"/proc/{process}/status").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return total * 1024


def _stat(process: int) -> list[str] | None:
    """Fields of /proc/<pid>/stat from the state on: index 1 is the parent, 11 to 14 CPU time."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()
