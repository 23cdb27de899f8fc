"""A program whose queries are services, from its start to its end."""

import runpy
import signal
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JNetworkError
from pyspark import SparkContext
from pyspark.sql import SparkSession
from pyspark.sql.streaming.readwriter import DataStreamWriter
from sparkserving import _hooks, _java_installation
from sparkserving._service_info import service_info
from sparkserving._supervision import SupervisedQuery
from sparkserving._watched_files import WatchedFiles

_LOOK_EVERY = 0.3
#: Seconds between tries to reach the JVM after an interrupt.
_WAITS = (0.05, 0.1, 0.2, 0.5, 1, 2)
#: What is listened on for connections to any address of the machine.
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


class Application(_hooks.Hooks):
    """What the command ``sparkserving`` runs."""

    def __init__(
        self, name: str, program: Callable[[], object], files: WatchedFiles | None = None
    ) -> None:
        """Takes what to run.

        Args:
            name: what it is called.
            program: starts the queries.
            files: those that make the program, for ``reload``.
        """
        super().__init__()
        self._name = name
        self._program = program
        self._files = files
        #: How often the program was run, and what each run has started.
        self._version = 0
        self._started: list[tuple[int, Any]] = []
        self._failed = False
        self._told: set[str] = set()
        self._checkpoints = tempfile.TemporaryDirectory(prefix="sparkserving-")

    def run(self, *, reload: bool = False) -> bool:
        """Runs the program, waits until its queries have ended, and stops what is left of them.

        Args:
            reload: whether to run it again when its files change.

        Returns:
            Whether the program or a query has failed.
        """
        _hooks.hooks = self
        try:
            if reload and self._files is not None:
                self._run_and_reload(self._files)
            else:
                self._execute()
                self._await_end()
        except KeyboardInterrupt:
            print("Stopping ...", flush=True)
            _await_connection()
        finally:
            self._stop()
            self._checkpoints.cleanup()
        return self._failed

    def before_start(self, writer: DataStreamWriter) -> None:
        """Keeps a query that is to take over apart from the one that still runs."""
        if self._version > 1:
            # Two queries share neither a name nor a checkpoint.
            name = f"{Path(self._name).stem}-{self._version}-{len(self._started)}"
            location = Path(self._checkpoints.name, name)
            writer.queryName(name).option("checkpointLocation", location.as_uri())

    def after_start(self, query: Any) -> None:
        """Says where the query's services listen, or that they have a new query."""
        self._started.append((self._version, query))
        if threading.current_thread() is threading.main_thread():
            # PySpark's own handler cancels all jobs, also those that answer requests.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        for server in service_info():
            host = "localhost" if server.host in _EVERYWHERE else server.host
            origin = f"{server.scheme}://{host}:{server.port}"
            address = f"{origin}/{server.path}"
            if address not in self._told:
                self._told.add(address)
                pages = [address.rstrip("/") + "/docs", f"{origin}/_serving/"]
                lines = [f"Serving {address}", *filter(_is_there, pages)]
                print("\n        ".join(lines), flush=True)
        if self._version > 1:
            print(f"Version {self._version} of {self._name} answers now.", flush=True)

    def _run_and_reload(self, files: WatchedFiles) -> None:
        # A file whose query has been replaced goes on after that query, often to the end of Spark.
        SparkSession.stop = SparkContext.stop = _go_on  # type: ignore[method-assign,assignment]
        run = self._execute_aside()
        while run.is_alive() or self._failed or self._is_active():
            time.sleep(_LOOK_EVERY)
            if files.have_changed():
                print(f"Running {self._name} again.", flush=True)
                files.forget_modules()
                run = self._execute_aside()

    def _execute_aside(self) -> threading.Thread:
        name = f"version-{self._version + 1}"
        thread = threading.Thread(target=self._execute, name=name, daemon=True)
        thread.start()
        return thread

    def _execute(self) -> None:
        """Runs the program once; what it has started before goes on until it is replaced."""
        self._version += 1
        version = self._version
        self._failed = False
        if version > 1:
            self.reader_options = {"takeover": "true"}
        try:
            self._program()
        except SystemExit as end:
            self._failed = end.code not in (None, 0)
        except Exception as error:  # noqa: BLE001
            said = _java_installation.explanation(error)
            print(said or traceback.format_exc().rstrip(), file=sys.stderr, flush=True)
            self._failed = True
        if self._failed or version != self._version:
            return
        if not any(of == version for of, _ in self._started):
            print(f"{self._name} has started no service.", file=sys.stderr, flush=True)
            self._failed = True
            return
        for of, query in self._started:
            if of < version and _is_active(query):
                query.stop()

    def _await_end(self) -> None:
        while self._is_active():
            time.sleep(_LOOK_EVERY)

    def _is_active(self) -> bool:
        return any(_is_active(query) for _, query in self._started)

    def _stop(self) -> None:
        for _, query in self._started:
            if _is_active(query):
                query.stop()
            elif _failure(query) is not None:
                print(_failure(query), file=sys.stderr, flush=True)
                self._failed = True
        context = SparkContext._active_spark_context
        if context is not None:
            _stop_spark(context)


def of_file(file: Path, arguments: list[str]) -> Application:
    """A Python file, with the arguments that it is to find in ``sys.argv``."""
    sys.argv = [str(file), *arguments]
    sys.path.insert(0, str(file.parent.resolve()))
    program = partial(runpy.run_path, str(file), run_name="__main__")
    return Application(str(file), program, WatchedFiles(file))


#: As it is where no file is run again.
_stop_spark = SparkContext.stop


def _await_connection() -> None:
    """Waits until the JVM takes calls again: Py4J closes a connection whose call is interrupted.

    For a moment after that, the JVM closes those that are opened, too.
    """
    gateway = SparkContext._gateway
    for wait in _WAITS:
        try:
            if gateway is not None:
                gateway.jvm.System.nanoTime()
        except Py4JNetworkError:
            time.sleep(wait)
        else:
            return


def _go_on(spark: object) -> None:
    """Does not stop Spark."""


def _is_active(query: Any) -> bool:
    if isinstance(query, SupervisedQuery):
        return query.state in ("RUNNING", "RESTARTING")
    return bool(query.isActive)


def _failure(query: Any) -> str | None:
    if isinstance(query, SupervisedQuery):
        return query.last_failure if query.state == "GIVEN_UP" else None
    failure = query.exception()
    return None if failure is None else str(failure)


def _is_there(page: str) -> bool:
    try:
        with urllib.request.urlopen(page, timeout=5):  # noqa: S310
            return True
    except urllib.error.HTTPError as error:
        # A page that asks for a token is one.
        return error.code == 401
    except OSError:
        return False
