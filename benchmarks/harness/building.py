"""Builds and installs what servers need, in the build folder."""

import shutil
import subprocess
import sys
from pathlib import Path

from harness.servers import BENCHMARKS, ROOT, TARGET, Server

_MAVEN = [str(ROOT / "mvnw"), "-q", "-B", "-ntp"]
_CLASS_PATH = ["dependency:build-classpath", "-Dmdep.outputFile=target/class-path"]
_LINES = ["spark-4.2", "spark-4.1", "spark-3.5_2.12"]


def require_wrk() -> None:
    """Stop here if there is no wrk."""
    if not shutil.which("wrk"):
        sys.exit("Missing wrk: on Debian and Ubuntu, apt-get install wrk")


def prepare(servers: list[Server]) -> list[Server]:
    """Get what they need; gives those that can be measured, and says why others cannot."""
    failed = {}
    for need in dict.fromkeys(server.needs for server in servers):
        print(f"Preparing {need} ...", flush=True)
        try:
            _prepare(need)
        except (subprocess.CalledProcessError, OSError) as e:
            if need == "serving":
                raise
            failed[need] = e
            print(f"Cannot install {need}, which is left out: {e}", flush=True)
    return [server for server in servers if server.needs not in failed]


def _prepare(need: str) -> None:
    if need == "serving":
        modules = ",".join(["benchmarks", *(f"compatibility/{line}" for line in _LINES)])
        skips = ["-DskipTests", "-Dspotless.check.skip"]
        _run([*_MAVEN, "-pl", modules, "-am", *skips, "package", *_CLASS_PATH], ROOT)
    elif need == "synapseml":
        _run([*_MAVEN, "-f", "benchmarks/synapseml", "compile", *_CLASS_PATH], ROOT)
    else:
        install(need)


def install(name: str) -> None:
    """Make a Python environment with what its file names, unless it is there."""
    requirements = BENCHMARKS / "python" / f"requirements-{name}.txt"
    folder = TARGET / "venvs" / name
    installed = folder / requirements.name
    if installed.exists() and installed.read_text() == requirements.read_text():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "venv", str(folder)], BENCHMARKS)
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--requirement", str(requirements)], BENCHMARKS)
    shutil.copy(requirements, installed)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True)
