"""What the figures were measured on."""

import os
import platform
import re
import subprocess
from pathlib import Path

from harness.servers import java


def describe() -> dict[str, str]:
    """Name hardware and software."""
    kilobytes = int(_first(r"MemTotal:\s*(\d+)", Path("/proc/meminfo")))
    return {
        "CPU": _first(r"model name\s*: (.*)", Path("/proc/cpuinfo")),
        "cores": str(os.cpu_count()),
        "memory": f"{kilobytes / 2**20:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Java": _output([java(), "-version"]),
        "Python": platform.python_version(),
        "wrk": _output(["wrk", "-v"]).split(" [")[0],
        "load average at the start": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def _first(pattern: str, file: Path) -> str:
    found = re.search(pattern, file.read_text())
    return found[1].strip() if found else "unknown"


def _output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    return lines[1].strip() if "-version" in command and len(lines) > 1 else lines[0].strip()
