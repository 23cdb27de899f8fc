"""The process that runs a function: how it begins, whom it answers, and when it ends."""

import contextlib
import resource
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sparkserving
from pyspark import SparkFiles
from pyspark.sql.types import (
    StringType,
)

from function_workers import (
    BATCH,
    FAILED,
    PATIENCE,
    Failure,
)


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


def test_what_no_frame_begins_with_closes_its_connection_alone(start):
    worker = start(sparkserving.function("long")(lambda a: a))
    wrong, other = worker.ready(), worker.ready()
    wrong.send(77)
    assert wrong.socket.recv(1) == b""
    assert other.run([1]) == ([1], [])
