"""The command ``sparkserving``."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType

import pyspark
from sparkserving import _application, _java_installation, _session
from sparkserving._models import serve_model
from sparkserving._progress import StartProgress
from sparkserving._version import __version__

_RUN = """
Runs a Python file whose queries are services, on a Spark that has the Spark Serving jar. Prints
where the services listen, and stops them on Ctrl-C once they have answered what they hold.
"""


_MODEL = """
Serves a model of MLflow, or one that Spark ML has saved: requests are JSON objects of what its
signature says that it takes. Stops on Ctrl-C, as run does.
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
    _add_run(commands.add_parser("run", help="run a Python file's services", description=_RUN))
    _add_model(commands.add_parser("model", help="serve a model", description=_MODEL))
    given = parser.parse_args(arguments)
    for setting in given.conf:
        if "=" not in setting:
            parser.error(f"Invalid --conf {setting}: expected KEY=VALUE.")
    if "file" in given and not given.file.is_file():
        parser.error(f"Missing file {given.file}.")
    return int(given.start(given))


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(start=_run)
    parser.add_argument("file", type=Path, help="the Python file")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="arguments for the file")
    _add_spark(parser)
    parser.add_argument(
        "--reload",
        action="store_true",
        help="run the file again when it changes; its queries take over, under open connections",
    )


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(start=_model)
    parser.add_argument("model", help="such as models:/churn/3, runs:/ID/model, or a folder")
    parser.add_argument("--host", default="localhost", help="to listen on; default: %(default)s")
    parser.add_argument("--port", type=int, default=8888, help="default: %(default)s")
    parser.add_argument("--name", help="of the service; default: the model's")
    parser.add_argument("--mode", default="head", help="head, distributed or continuous")
    parser.add_argument("--schema", help="of a request, where the model's signature has none")
    parser.add_argument("--returns", help="what the model gives, where its signature has it not")
    parser.add_argument("--workers", type=int, help="processes with the model on each executor")
    _add_spark(parser)


def _add_spark(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--master", default="local[*,4]", help="of Spark; default: %(default)s")
    parser.add_argument(
        "--conf", action="append", default=[], metavar="KEY=VALUE", help="a setting of Spark"
    )


def _run(given: argparse.Namespace) -> int:
    _prepare(given, given.file)
    application = _application.of_file(given.file, given.arguments)
    with StartProgress():
        failed = application.run(reload=given.reload)
    return 1 if failed else 0


def _model(given: argparse.Namespace) -> int:
    _prepare(given, given.model)
    application = _application.Application(given.model, partial(_serve, given))
    with StartProgress():
        failed = application.run()
    return 1 if failed else 0


def _serve(given: argparse.Namespace) -> None:
    settings = {} if given.workers is None else {"workers": given.workers}
    try:
        serve_model(
            given.model,
            given.schema,
            port=given.port,
            host=given.host,
            name=given.name,
            mode=given.mode,
            returns=given.returns,
            **settings,
        )
    except Exception as error:
        # What is wrong with a model is nothing that this code has done.
        said = _java_installation.explanation(error) or error
        print(f"Cannot serve {given.model}: {said}", file=sys.stderr, flush=True)
        raise SystemExit(1) from error


def _prepare(given: argparse.Namespace, what: object) -> None:
    """Says what Spark will be, and has this process stopped politely."""
    _session.submit(given.master, given.conf)
    # What stops a process politely stops it as Ctrl-C does.
    signal.signal(signal.SIGTERM, _interrupt)
    print(f"Running {what} with PySpark {pyspark.__version__} on {given.master}.", flush=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
