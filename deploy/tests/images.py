"""What runs in the images, run as processes: no container runs where these tests do."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyspark
import requests
import sparkserving
import yaml

DEPLOY = Path(__file__).parents[1]
ROOT = DEPLOY.parent
LIMIT_SECONDS = 90


def spark_home(folder: Path) -> Path:
    """Makes /opt/spark of the images: Spark as PySpark brings it, and the bundle among its jars."""
    home = folder / "spark"
    jars = home / "jars"
    jars.mkdir(parents=True)
    spark = Path(pyspark.__file__).parent
    for path in spark.iterdir():
        if path.name != "jars":
            (home / path.name).symlink_to(path)
    for jar in [*(spark / "jars").iterdir(), Path(sparkserving.jar_path())]:
        (jars / jar.name).symlink_to(jar)
    return home


def composed() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return services["services"]


def healthy(port: int, path: str = "/readyz") -> bool:
    command = [str(DEPLOY / "healthy"), path, str(port)]
    return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0


class Process:
    """A container's command, from its start to its end."""

    def __init__(self, command: list[str], log: Path, **environment: str) -> None:
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=log.parent,
                start_new_session=True,
                env={**os.environ, "PYSPARK_PYTHON": sys.executable, **environment},
            )

    def wait_until(self, look: Callable[[], bool]) -> None:
        """Looks until it is so, and no longer than the process lives."""
        for _ in range(LIMIT_SECONDS * 5):
            if look():
                return
            try:
                status = self._process.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
            raise ChildProcessError(f"ended with {status}: {self._log.read_text()[-4000:]}")
        raise TimeoutError(self._log.read_text()[-4000:])

    def terminate(self) -> int:
        """Gives the status after SIGTERM, as a shell would."""
        self._process.terminate()
        status = self._process.wait(30)
        return 128 - status if status < 0 else status

    def kill(self) -> None:
        """Ends what is left of all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def factors(port: int, number: int) -> requests.Response:
    return requests.post(
        f"http://127.0.0.1:{port}/prime_factors", json={"number": number}, timeout=60
    )
