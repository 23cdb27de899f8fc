"""The command ``sparkserving``."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import pyspark
from sparkserving import _session
from sparkserving._application import Application
from sparkserving._progress import StartProgress
from sparkserving._version import __version__

_RUN = """
Runs a Python file whose queries are services, on a Spark that has the Spark Serving jar. Prints
where the services listen, and stops them on Ctrl-C once they have answered what they hold.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: those after the command's name; None for those of the process.

    Returns:
        The exit status: 0 if what ran was stopped, 1 if it failed, 2 for wrong arguments.
    """
    parser = argparse.ArgumentParser(
        prog="sparkserving", description="Any Spark query becomes a web service."
    )
    parser.add_argument("--version", action="version", version=f"sparkserving {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run a Python file's services", description=_RUN)
    run.add_argument("file", type=Path, help="the Python file")
    run.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments for the file")
    run.add_argument("--master", default="local[*,4]", help="of Spark; default: %(default)s")
    run.add_argument(
        "--conf", action="append", default=[], metavar="KEY=VALUE", help="a setting of Spark"
    )
    run.add_argument(
        "--reload",
        action="store_true",
        help="run the file again when it changes; its queries take over, under open connections",
    )
    given = parser.parse_args(arguments)
    if not given.file.is_file():
        parser.error(f"Missing file {given.file}.")
    wrong = [setting for setting in given.conf if "=" not in setting]
    if wrong:
        parser.error(f"Invalid --conf {wrong[0]}: expected KEY=VALUE.")
    return _run(given)


def _run(given: argparse.Namespace) -> int:
    _session.submit(given.master, given.conf)
    # What stops a process politely stops it as Ctrl-C does.
    signal.signal(signal.SIGTERM, _interrupt)
    print(f"Running {given.file} with PySpark {pyspark.__version__} on {given.master}.", flush=True)
    application = Application(given.file, given.arguments)
    with StartProgress():
        failed = application.run(reload=given.reload)
    return 1 if failed else 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
