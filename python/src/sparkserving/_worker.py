"""The process that runs one function of a query, for one executor.

It is started as ``python -m sparkserving._worker``, is told over its standard input what to run,
and then answers connections to a Unix socket. It lives for as long as its standard input is open.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pickle
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sparkserving import _connections
from sparkserving._batches import Batches, Outcome, batches
from sparkserving._buffers import Buffer
from sparkserving._connections import BATCH, FAILED, READY, RESULT, frame
from sparkserving._failures import Failure, FailureLog, described
from sparkserving._types import type_of
from sparkserving._vectors import Type
from sparkserving._version import JAR_VERSION, __version__

_LENGTH = struct.Struct("<I")
_BATCH = struct.Struct("<Ixxxx")
_RESULT = struct.Struct("<IIQ")


def main() -> None:
    """Runs the function until standard input ends."""
    life = _standard_input()
    settings = json.loads(_read(life))
    command = _read(life)
    path = settings["socket"]
    threading.Thread(target=_end_with, args=(life, path), name="life", daemon=True).start()
    # Whoever ends the driver by a key means the driver, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _write_lines_at_once()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(128)
    _connections.serve(listener, _answers(settings, command))


def _standard_input() -> BinaryIO:
    """Takes standard input for this module alone: nobody else is to read from it."""
    life = os.fdopen(os.dup(0), "rb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return life


def _read(life: BinaryIO) -> bytes:
    (length,) = _LENGTH.unpack(_read_fully(life, _LENGTH.size))
    return _read_fully(life, length)


def _read_fully(life: BinaryIO, length: int) -> bytes:
    read = bytearray()
    while len(read) < length:
        more = life.read(length - len(read))
        if not more:
            os._exit(0)
        read += more
    return bytes(read)


def _end_with(life: BinaryIO, path: str) -> None:
    """Ends the process with its standard input, whatever the function does by then."""
    with contextlib.suppress(OSError):
        while life.read(1):
            pass
    with contextlib.suppress(OSError):
        # Java does so too, but not if it was killed. A folder with something in it stays.
        Path(path).unlink(missing_ok=True)
        Path(path).parent.rmdir()
    os._exit(0)


def _write_lines_at_once() -> None:
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(line_buffering=True)


def _answers(settings: dict[str, Any], command: bytes) -> _connections.Answer:
    """Sets the function up, and gives what answers frames: with why not, if it could not be."""
    try:
        answers = Answers(settings, command)
    except BaseException as error:  # noqa: BLE001
        failed = frame(FAILED, described(error).encode("utf-8", "replace"))
        return lambda _kind, _payload: failed
    # A model need not be looked through for garbage, time and again.
    gc.collect()
    gc.freeze()
    return answers


class Answers:
    """A function that is set up. It answers frames."""

    def __init__(self, settings: dict[str, Any], command: bytes) -> None:
        _check_versions(settings)
        _limit_memory(settings.get("memory"))
        _add_files(settings.get("filesRoot"), settings.get("includes") or ())
        function, keywords, setup = pickle.loads(command)  # noqa: S301
        if setup is not None:
            setup()
        arguments = [type_of(argument["type"]) for argument in settings["arguments"]]
        self._returns = type_of(settings["returns"])
        self._log = FailureLog()
        self._batches: Batches = batches(
            settings["batch"],
            _with_keywords(function, keywords),
            arguments,
            self._returns,
            self._log,
            settings.get("timeoutNanos"),
        )

    def __call__(self, kind: int, payload: memoryview) -> bytes:
        """The answer to a frame."""
        if kind != BATCH:
            return frame(READY, b"")
        (rows,) = _BATCH.unpack_from(payload)
        try:
            # Nobody's function expects to be called for nothing.
            outcome = (
                self._batches.run(payload[_BATCH.size :], rows)
                if rows
                else Outcome(self._returns.nulls(0))
            )
            return _result(self._returns, rows, outcome)
        except BaseException as error:  # noqa: BLE001
            # No one row's, such as results of more than 2 GiB together.
            outcome = Outcome(self._returns.nulls(rows))
            outcome.failures = [self._log.failure(row, error) for row in range(rows)]
            return _result(self._returns, rows, outcome)


def _result(returns: Type, rows: int, outcome: Outcome) -> bytes:
    failures: Sequence[Failure] = outcome.failures
    parts: list[Buffer] = [_RESULT.pack(rows, len(failures), outcome.nanoseconds)]
    if failures:
        encoded = b"".join(failure.encoded() for failure in failures)
        parts += (encoded, bytes(-len(encoded) % 8))
    returns.write(outcome.values, parts)
    return frame(RESULT, b"".join(parts))


def _check_versions(settings: dict[str, Any]) -> None:
    if sys.byteorder != "little":
        raise RuntimeError("Unsupported machine: functions need one that is little-endian.")
    version = settings["version"]
    if version not in (__version__, JAR_VERSION):
        raise RuntimeError(
            f"Cannot run a function of sparkserving {version} with the version {__version__} of"
            f" {Path(__file__).parent}: have one version on the driver and every executor."
        )
    driver = settings.get("pythonVersion")
    worker = ".".join(map(str, sys.version_info[:2]))
    if driver is not None and driver != worker:
        raise RuntimeError(
            f"Cannot run a function of Python {driver} with Python {worker}, which is"
            f" {sys.executable}: set PYSPARK_PYTHON, or spark.pyspark.python, to a Python {driver}"
            " that every executor has."
        )


def _limit_memory(memory: int | None) -> None:
    if memory is None:
        return
    import resource  # noqa: PLC0415 - not on every system

    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY and soft <= memory:
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (OSError, ValueError) as error:
        # Not every system has this limit.
        print(f"Cannot limit the memory of this worker: {error}", file=sys.stderr)


def _add_files(root: str | None, includes: Sequence[str]) -> None:
    """Makes Python find what the query was given by ``addPyFile``, as Spark's workers do."""
    if root is None:
        return
    from pyspark import SparkFiles  # noqa: PLC0415 - heavy, and seldom needed

    SparkFiles._root_directory = root
    SparkFiles._is_running_on_worker = True
    for path in (root, *(str(Path(root) / name) for name in includes)):
        if path not in sys.path:
            # Before what the system has, as in Spark.
            sys.path.insert(1, path)
    importlib.invalidate_caches()


def _with_keywords(function: Callable[..., Any], keywords: Sequence[str]) -> Callable[..., Any]:
    if not keywords:
        return function

    def call(*arguments: Any) -> Any:
        named = dict(zip(keywords, arguments[-len(keywords) :], strict=True))
        return function(*arguments[: -len(keywords)], **named)

    return call


if __name__ == "__main__":
    main()
