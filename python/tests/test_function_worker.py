"""The process that runs a function: over its real standard input and its real socket."""

import contextlib
import io
import json
import math
import platform
import re
import resource
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sparkserving
from pyspark import SparkFiles
from pyspark.sql import Row
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
)
from sparkserving import HttpError, _encoding, _values
from sparkserving._failures import FailureLog
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


@pytest.fixture
def start():
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


TYPES = [
    BooleanType(),
    ByteType(),
    ShortType(),
    IntegerType(),
    LongType(),
    FloatType(),
    DoubleType(),
    DecimalType(20, 3),
    StringType(),
    BinaryType(),
    DateType(),
    TimestampType(),
    TimestampNTZType(),
    DayTimeIntervalType(0, 3),
    ArrayType(DoubleType()),
    MapType(StringType(), ArrayType(IntegerType())),
    StructType().add("x", IntegerType()).add("y", ArrayType(StringType())),
    NullType(),
]
ROWS = [
    (
        True,
        -128,
        2**15 - 1,
        -(2**31),
        2**62,
        0.5,
        0.1,
        Decimal("-12345678901234567.890"),
        "Grüße",
        b"\0\xff",
        date(2026, 11, 29),
        datetime(2026, 7, 1, 12, 0, 0, 1),
        datetime(1, 1, 1),
        timedelta(days=-1, microseconds=1),
        [1.0, 2.0],
        {"a": [1, None], "b": []},
        Row(x=1, y=["p", None]),
        None,
    ),
    (
        *(False, 0, 0, 0, 0, 0.0, 0.0, Decimal("0.000"), "", b"", date(1970, 1, 1)),
        *(datetime(1970, 1, 2), datetime(1970, 1, 1), timedelta(), [], {}, Row(x=0, y=[]), None),
    ),
]


def everything(form):
    """A function that gives back all that it got."""
    if form == "rows":
        return sparkserving.function("any")(lambda *columns: columns)

    def back(*columns):
        return list(zip(*(column_of(column) for column in columns), strict=True))

    def column_of(column):
        if hasattr(column, "to_pylist"):
            return column.to_pylist()
        if hasattr(column, "itertuples"):
            return list(column.itertuples(index=False, name=None))
        return list(column)

    return sparkserving.function("any", batch=form)(back)


@pytest.mark.parametrize("form", FORMS)
def test_values_of_every_type_come_back(start, form):
    returns = StructType()
    for index, type_ in enumerate(TYPES):
        returns = returns.add(f"f{index}", type_)
    connection = start(everything(form), TYPES, returns).ready()
    for rows in (ROWS, ROWS[:1], ROWS * 200):
        values, failures = connection.run(*map(list, zip(*rows, strict=True)))
        assert failures == []
        assert [tuple(value) for value in values] == rows
    with_nulls = [ROWS[0], (None,) * len(TYPES), ROWS[1]]
    values, failures = connection.run(*map(list, zip(*with_nulls, strict=True)))
    assert failures == []
    for index, (got, expected) in enumerate(zip(values, with_nulls, strict=True)):
        # Null as pandas and NumPy have it.
        seen = got if index != 1 else [None if is_nothing(value) else value for value in got]
        assert tuple(seen) == expected


def is_nothing(value):
    return value == Row(x=None, y=None) or (isinstance(value, float) and math.isnan(value))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("type_", [StringType(), BinaryType()], ids=["text", "bytes"])
def test_mebibytes_come_back(start, form, type_):
    function = sparkserving.function("any", batch=form)(lambda value: value)
    connection = start(function, [type_], type_).ready()
    value = "ä" * 2**19 if isinstance(type_, StringType) else bytes(range(256)) * 2**12
    column = [value, None, value[:-1]] * 4
    assert connection.run(column) == (column, [])


def test_a_function_without_arguments_is_called_for_each_row(start):
    connection = start(sparkserving.function("long")(lambda: 7), []).ready()
    assert connection.run(rows=3) == ([7, 7, 7], [])


def test_the_last_arguments_go_by_name(start):
    @sparkserving.function("long")
    def minus(a, *, b, c=0):
        return a - b - c

    worker = start(minus, [LongType()] * 3, keywords=("c", "b"))
    assert worker.ready().run([10, 20], [1, 2], [3, 4]) == ([6, 14], [])


def test_the_time_in_the_function_is_told(start):
    @sparkserving.function("long", batch="numpy")
    def slow(a):
        time.sleep(0.05)
        return a

    connection = start(slow).ready()
    connection.run([1, 2])
    assert connection.nanoseconds >= 50_000_000


@pytest.mark.parametrize("form", FORMS)
def test_a_row_that_raises_fails_alone(start, form):
    @sparkserving.function("long", batch=form)
    def picky(a):
        values = [a] if isinstance(a, int) else a.to_pylist() if hasattr(a, "to_pylist") else a
        if any(value % 50 == 13 for value in values):
            raise LookupError("unlucky number")
        return a

    worker = start(picky)
    column = list(range(200))
    values, failures = worker.ready().run(column)
    unlucky = [13, 63, 113, 163]
    assert failures == [Failure(row, 500, "LookupError") for row in unlucky]
    assert values == [None if value in unlucky else value for value in column]
    assert worker.logged().count("LookupError: unlucky number") == 1
    assert 'raise LookupError("unlucky number")' in worker.logged()
    assert "_batches.py" not in worker.logged()


@pytest.mark.parametrize("form", ["rows", "numpy"])
def test_an_http_error_is_the_answer_of_its_row(start, form):
    @sparkserving.function("long", batch=form)
    def picky(a):
        if form == "rows" and a == 1:
            raise HttpError(422, "Grüße", headers={"Retry-After": "5", "X-Why": ""})
        if form == "numpy" and 1 in a.tolist():
            raise HttpError(422, "Grüße", headers={"Retry-After": "5", "X-Why": ""})
        if form == "rows" and a == 2:
            raise HttpError(503)
        return a

    worker = start(picky)
    headers = (("Retry-After", "5"), ("X-Why", ""))
    values, failures = worker.ready().run([0, 1, 2])
    assert failures[0] == Failure(1, 422, "HttpError", "Grüße", headers, True)
    if form == "rows":
        assert failures[1] == Failure(2, 503, "HttpError", None, (), True)
    assert values == [0, None, None if form == "rows" else 2]
    assert worker.logged() == ""


@pytest.mark.parametrize("form", FORMS)
def test_a_value_of_the_wrong_type_fails_its_row_alone(start, form):
    @sparkserving.function("long", batch=form)
    def wrong(a):
        if form == "rows":
            return "text" if a == 3 else 2**70 if a == 5 else a
        values = a.to_pylist() if hasattr(a, "to_pylist") else a.tolist()
        return ["text" if value == 3 else 2**70 if value == 5 else value for value in values]

    worker = start(wrong)
    values, failures = worker.ready().run(list(range(8)))
    assert failures == [Failure(3, 500, "TypeError"), Failure(5, 500, "ValueError")]
    assert values == [0, 1, 2, None, 4, None, 6, 7]
    assert "Invalid result 'text' of type str: expected long." in worker.logged()


def test_what_iterators_end_with_is_an_error_as_any_other(start):
    @sparkserving.function("long")
    def first(a):
        return next(iter([a] if a % 2 else []))

    failed = [Failure(row, 500, "StopIteration") for row in (0, 2, 4)]
    assert start(first).ready().run(list(range(5))) == ([None, 1, None, 3, None], failed)


def test_a_result_of_another_length_is_an_error(start):
    function = sparkserving.function("long", batch="numpy")(lambda a: a[1:])
    worker = start(function)
    values, failures = worker.ready().run([1, 2, 3])
    assert failures == [Failure(row, 500, "ValueError") for row in range(3)]
    assert values == [None] * 3
    assert "Invalid result of 0 values: expected 1, one for each row." in worker.logged()


def test_what_raises_in_batches_alone_is_in_the_log(start):
    @sparkserving.function("long", batch="numpy")
    def alone(a):
        if len(a) > 1:
            raise RuntimeError("only one, please")
        return a

    worker = start(alone)
    assert worker.ready().run([1, 2, 3]) == ([1, 2, 3], [])
    assert "RuntimeError: only one, please" in worker.logged()


def test_rows_that_raise_are_looked_for_no_longer_than_a_batch_may_take(start):
    @sparkserving.function("long", batch="numpy")
    def alone(a):
        if len(a) > 1:
            raise RuntimeError("only one, please")
        return a

    connection = start(alone, timeoutNanos=1).ready()
    failed = [Failure(row, 500, "RuntimeError") for row in range(3)]
    assert connection.run([1, 2, 3]) == ([None] * 3, failed)
    assert connection.run([1]) == ([1], [])


@pytest.mark.parametrize("form", ["rows", "numpy"])
def test_a_batch_without_rows_is_answered_and_calls_nothing(start, form):
    function = sparkserving.function("long", batch=form)(lambda a: a // 0)
    assert start(function).ready().run([]) == ([], [])


def test_a_function_may_ask_to_exit_and_keep_and_change_what_it_got(start):
    kept = []

    @sparkserving.function("long", batch="numpy")
    def change(a):
        kept.append(a)
        a += 1
        if 3 in a:
            sys.exit(1)
        return kept[0]

    connection = start(change).ready()
    assert connection.run([5]) == ([6], [])
    assert connection.run([7]) == ([6], [])
    values, failures = connection.run([1, 2])
    assert failures == [Failure(1, 500, "SystemExit")]
    assert values == [6, None]


def test_setup_runs_once_and_its_globals_are_the_function_s(start):
    worker = start(counting)
    first, second = worker.ready(), worker.ready()
    assert first.run([1, 2]) == ([101, 102], [])
    assert second.run([3]) == ([103], [])


calls = None


def count():
    global calls  # noqa: PLW0603
    calls = (calls or 0) + 100


@sparkserving.function("long", setup=count)
def counting(a):
    return a + calls


def test_why_setup_failed_is_told_to_whoever_asks(start):
    def load():
        return Path("/nowhere/model.bin").read_bytes()

    worker = start(sparkserving.function("long", setup=load)(lambda a: a))
    for _ in range(2):
        kind, payload = worker.connect().hello()
        assert kind == FAILED
        text = payload.decode()
        assert text.startswith("FileNotFoundError: [Errno 2]")
        assert 'return Path("/nowhere/model.bin").read_bytes()' in text


def test_a_function_that_cannot_be_read_is_told(start):
    worker = start(None, command=b"cmodule_that_is_not\nname\n.")
    kind, payload = worker.connect().hello()
    assert (kind, payload.split(b"\n")[0]) == (
        FAILED,
        b"ModuleNotFoundError: No module named 'module_that_is_not'",
    )


def test_another_python_is_refused(start):
    worker = start(sparkserving.function("long")(lambda a: a), pythonVersion="3.1")
    kind, payload = worker.connect().hello()
    assert kind == FAILED
    first = payload.decode().split("\n")[0]
    assert first.startswith("RuntimeError: Cannot run a function of Python 3.1 with Python 3.")
    assert "PYSPARK_PYTHON" in first


def test_another_version_of_the_library_is_refused(start):
    worker = start(sparkserving.function("long")(lambda a: a), version="99.0")
    kind, payload = worker.connect().hello()
    assert kind == FAILED
    assert b"have one version on the driver and every executor" in payload


def test_files_that_the_query_was_given_are_found(start, tmp_path):
    (tmp_path / "added.py").write_text("answer = 42\n")
    shutil.make_archive(str(tmp_path / "pack"), "zip", tmp_path, "added.py")
    files = tmp_path / "files"
    files.mkdir()
    (tmp_path / "added.py").rename(files / "other.py")
    (tmp_path / "pack.zip").rename(files / "pack.zip")

    @sparkserving.function("string")
    def found(a):
        import added  # noqa: PLC0415
        import other  # noqa: PLC0415

        return f"{a + added.answer + other.answer} {SparkFiles.get('x')}"

    settings = {"filesRoot": str(files), "includes": ["pack.zip"]}
    worker = start(found, returns=StringType(), **settings)
    assert worker.ready().run([1]) == ([f"85 {files}/x"], [])


def test_memory_is_limited(start):
    @sparkserving.function("long")
    def hungry(a):
        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        return len(bytearray(a)) and limit

    limit = 32 << 30
    values, failures = start(hungry, memory=limit).ready().run([1, limit, 2])
    assert failures == [Failure(1, 500, "MemoryError")]
    assert values == [limit, None, limit]


def test_what_it_prints_is_in_the_log_at_once_and_it_has_no_input(start):
    @sparkserving.function("string")
    def talk(a):
        print("number", a)
        return sys.stdin.read()

    worker = start(talk, returns=StringType())
    assert worker.ready().run([7]) == ([""], [])
    assert worker.logged() == "number 7\n"


@pytest.mark.parametrize("while_", ["idle", "asleep", "setting up"])
def test_it_ends_with_its_input(start, tmp_path, while_):
    began = tmp_path / "began"

    def sleep():
        began.touch()
        time.sleep(3600)

    @sparkserving.function("long", setup=sleep if while_ == "setting up" else None)
    def function(a):
        if while_ == "asleep":
            sleep()
        return a

    worker = start(function)
    connection = worker.connect() if while_ == "setting up" else worker.ready()
    if while_ == "asleep":
        connection.send(BATCH, connection.batch([1]))
    if while_ != "idle":
        deadline = time.monotonic() + PATIENCE
        while not began.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    worker.process.stdin.close()
    assert worker.process.wait(PATIENCE) == 0
    with contextlib.suppress(ConnectionResetError):
        assert connection.socket.recv(1) == b""
    assert not worker.folder.exists()


def test_input_that_ends_too_early_ends_it():
    command = [sys.executable, "-m", "sparkserving._worker"]
    ended = subprocess.run(command, input=b"\x10\0\0\0{", timeout=PATIENCE, check=False)
    assert ended.returncode == 0


def test_connections_are_answered_in_turn(start):
    worker = start(sparkserving.function("long")(lambda a: a + 1))
    connections = [worker.ready() for _ in range(20)]
    for round_ in range(3):
        for index, connection in enumerate(connections):
            connection.send(BATCH, connection.batch([round_, index]))
        for index, connection in reversed(list(enumerate(connections))):
            assert connection.result(2) == ([round_ + 1, index + 1], [])


def test_a_connection_that_is_slow_or_closes_holds_up_no_other(start):
    worker = start(
        sparkserving.function("string")(lambda a: a * 2**20), returns=StringType(),
        arguments=[StringType()],
    )  # fmt: skip
    slow, closing, unread, other = (worker.ready() for _ in range(4))
    half = struct.pack("<IBxxx", 1000, BATCH) + bytes(100)
    slow.socket.sendall(half)
    closing.socket.sendall(half)
    closing.close()
    # An answer of more than a socket holds, which is not read.
    unread.send(BATCH, unread.batch(["x"] * 8))
    assert other.run(["a", "b"]) == (["a" * 2**20, "b" * 2**20], [])
    header_alone = worker.ready()
    header_alone.socket.sendall(half[:3])
    header_alone.close()
    unread_and_gone = worker.ready()
    unread_and_gone.send(BATCH, unread_and_gone.batch(["x"] * 8))
    unread_and_gone.close()
    assert other.run(["a"]) == (["a" * 2**20], [])
    assert unread.result(8) == (["x" * 2**20] * 8, [])
    assert unread.run(["y"]) == (["y" * 2**20], [])


def test_what_is_no_row_s_fault_is_every_row_s(start):
    connection = start(sparkserving.function("long")(lambda a: a)).ready()
    # Three rows are announced, and one comes.
    connection.send(BATCH, struct.pack("<Ixxxx", 3) + bytes(16))
    values, failures = connection.result(3)
    assert values == [None] * 3
    assert [failure.status for failure in failures] == [500] * 3
    assert connection.run([1]) == ([1], [])


def test_what_no_frame_begins_with_closes_its_connection_alone(start):
    worker = start(sparkserving.function("long")(lambda a: a))
    wrong, other = worker.ready(), worker.ready()
    wrong.send(77)
    assert wrong.socket.recv(1) == b""
    assert other.run([1]) == ([1], [])


def test_plain_values_need_no_other_library(start):
    @sparkserving.function("string")
    def loaded(a):
        # The modules that alone import others than PySpark.
        return ",".join(name for name in ("_arrays", "_frames", "_arrow") if ours(name))

    def ours(name):
        return f"sparkserving.{name}" in sys.modules

    assert start(loaded, returns=StringType()).ready().run([1]) == ([""], [])


def raise_(text):
    raise ValueError(text)


def test_its_log_says_how_often_the_same_was_raised():
    now = [0.0]
    out = io.StringIO()
    log = FailureLog(out, lambda: now[0])

    def fail(text):
        with pytest.raises(ValueError, match=text) as raised:
            raise_(text)
        log.failure(0, raised.value)

    for index in range(5):
        fail(f"first {index}")
    assert re.findall("ValueError: .*", out.getvalue()) == ["ValueError: first 0"]
    now[0] = 60.0
    fail("later")
    assert "and 4 times more" in out.getvalue()
    assert "ValueError: later" in out.getvalue()
