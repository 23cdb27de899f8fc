"""FastAPI, two workers, and the Redis that they share, until standard input closes.

Argument: the port. Redis has its own defaults, and an empty folder.
"""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory


def main() -> None:
    """Do what the argument says."""
    server = shutil.which("redis-server")
    if server is None:
        sys.exit("Missing redis-server: on Debian and Ubuntu, apt-get install redis-server")
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = str(probe.getsockname()[1])
    uvicorn = [str(Path(sys.executable).with_name("uvicorn")), "stateful_redis_app:app"]
    flags = ["--app-dir", str(Path(__file__).parent), "--port", sys.argv[1], "--workers", "2"]
    flags += ["--no-access-log", "--log-level", "warning"]
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(  # noqa: S603
            [server, "--bind", "127.0.0.1", "--port", port, "--dir", folder], stdout=sys.stderr
        ) as redis,
        subprocess.Popen(  # noqa: S603
            [*uvicorn, *flags], env={**os.environ, "REDIS_PORT": port}
        ) as api,
    ):
        sys.stdin.read()
        for process in (api, redis):
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
