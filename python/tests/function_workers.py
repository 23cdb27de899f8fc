"""Processes that run functions, over their real standard input and their real socket."""

import json
import platform
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql.types import (
    LongType,
)
from sparkserving import _encoding, _values
from sparkserving._types import type_of
from sparkserving._version import JAR_VERSION

HELLO, BATCH = 1, 2
READY, RESULT, FAILED = 1, 2, 3
FORMS = ["rows", "numpy", "pandas", "arrow"]
LONGS = (LongType(),)
PATIENCE = 60


@dataclass(frozen=True)
class Failure:
    row: int
    status: int
    kind: str
    detail: str | None = None
    headers: tuple = ()
    is_http_error: bool = False


class Worker:
    """A worker, as Java has one."""

    def __init__(self, folder, function, arguments, returns, **settings):
        self.arguments = [type_of(type_.jsonValue()) for type_ in arguments]
        self.returns = type_of(returns.jsonValue())
        self.folder = folder
        self.path = str(folder / "w")
        self.log = folder.parent / f"{folder.name}.log"
        keywords = settings.pop("keywords", ())
        command = settings.pop("command", None) or function.command(keywords)
        asked = {
            "socket": self.path,
            "version": JAR_VERSION,
            "pythonVersion": ".".join(platform.python_version_tuple()[:2]),
            "arguments": [
                {"name": f"a{index}", "type": type_.jsonValue()}
                for index, type_ in enumerate(arguments)
            ],
            "returns": returns.jsonValue(),
            "batch": function.settings["batch"] if function else "rows",
            "filesRoot": None,
            "includes": [],
            "memory": None,
            **settings,
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sparkserving._worker"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        for part in (json.dumps(asked).encode(), command):
            self.process.stdin.write(struct.pack("<I", len(part)) + part)
        self.process.stdin.flush()

    def connect(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(PATIENCE)
            try:
                connection.connect(self.path)
            except (FileNotFoundError, ConnectionRefusedError):
                connection.close()
                assert self.process.poll() is None, self.logged()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            else:
                return Connection(connection, self)

    def ready(self):
        connection = self.connect()
        assert connection.hello() == (READY, b""), self.logged()
        return connection

    def logged(self):
        return self.log.read_text()


class Connection:
    """A connection, as a task has one."""

    def __init__(self, connection, worker):
        self.socket = connection
        self.worker = worker

    def send(self, kind, payload=b""):
        self.socket.sendall(struct.pack("<IBxxx", len(payload), kind) + payload)

    def receive(self):
        length, kind = struct.unpack("<IBxxx", self.read(8))
        return kind, self.read(length)

    def read(self, length):
        data = bytearray()
        while len(data) < length:
            more = self.socket.recv(length - len(data))
            assert more, "the worker has closed the connection"
            data += more
        return bytes(data)

    def hello(self):
        self.send(HELLO)
        return self.receive()

    def batch(self, *columns, rows=None):
        """The payload of a batch."""
        parts = [struct.pack("<Ixxxx", len(columns[0]) if rows is None else rows)]
        for type_, column in zip(self.worker.arguments, columns, strict=True):
            type_.write(_encoding.writer(type_)(column), parts)
        return b"".join(parts)

    def run(self, *columns, rows=None):
        """The values and failures that come of columns."""
        self.send(BATCH, self.batch(*columns, rows=rows))
        return self.result(len(columns[0]) if rows is None else rows)

    def result(self, expected):
        kind, payload = self.receive()
        assert kind == RESULT
        rows, count, self.nanoseconds = struct.unpack_from("<IIQ", payload)
        assert rows == expected
        at = 16
        failures = []
        for _ in range(count):
            failure, at = read_failure(payload, at)
            failures.append(failure)
        vector, end = self.worker.returns.read(memoryview(payload), (at + 7) & ~7, rows)
        assert end == len(payload)
        return _values.reader(self.worker.returns)(vector), failures

    def close(self):
        self.socket.close()


def read_failure(payload, at):
    row, status, is_http_error = struct.unpack_from("<IHBx", payload, at)
    kind, at = read_text(payload, at + 8)
    detail, at = read_text(payload, at)
    (count,) = struct.unpack_from("<I", payload, at)
    at += 4
    texts = []
    for _ in range(2 * count):
        text, at = read_text(payload, at)
        texts.append(text)
    headers = tuple(zip(texts[::2], texts[1::2], strict=True))
    return Failure(row, status, kind, detail, headers, bool(is_http_error)), at


def read_text(payload, at):
    (length,) = struct.unpack_from("<i", payload, at)
    if length < 0:
        return None, at + 4
    return payload[at + 4 : at + 4 + length].decode(), at + 4 + length


def started():
    """Starts workers in folders as short as sockets need, and ends them."""
    root = Path(tempfile.mkdtemp())
    workers = []

    def run(function, arguments=LONGS, returns=None, **settings):
        folder = root / str(len(workers))
        folder.mkdir()
        worker = Worker(folder, function, arguments, returns or LongType(), **settings)
        workers.append(worker)
        return worker

    yield run
    for worker in workers:
        worker.process.stdin.close()
        assert worker.process.wait(PATIENCE) == 0, worker.logged()
        assert not worker.folder.exists()
    shutil.rmtree(root)
