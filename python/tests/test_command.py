"""The command ``sparkserving``, as people run it."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests
from sparkserving._command import main

START = 120
SERVICE = """
import sparkserving
from pyspark.sql import SparkSession
from pyspark.sql.functions import lit

spark = SparkSession.builder.config("spark.ui.enabled", "false").getOrCreate()
requests = spark.readStream.server().address("localhost", {port}, "words").load()
replies = requests.parseRequest("string").withColumn("answer", lit("{answer}")).makeReply("answer")
query = replies.writeStream.server().replyTo("words").queryName("words").start()
"""
WAITS = "query.awaitTermination()\nspark.stop()\n"


class Running:
    """A process whose output is read as it comes."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "sparkserving", *arguments]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        environment.pop("PYSPARK_PYTHON", None)
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            text=True,
        )
        self.lines: list[str] = []
        self._ended = False
        self._more = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._more:
                self.lines.append(line.rstrip())
                self._more.notify_all()
        with self._more:
            self._ended = True
            self._more.notify_all()

    def await_line(self, beginning: str, times: int = 1) -> str:
        def found() -> list[str]:
            return [line for line in self.lines if line.startswith(beginning)]

        with self._more:
            came = self._more.wait_for(lambda: len(found()) >= times or self._ended, START)
            assert came, "\n".join(self.lines)
            assert len(found()) >= times, "\n".join(self.lines)
            return found()[-1]

    def end(self, by: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(by)
        try:
            return self.process.wait(120)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(self.lines) from error
        finally:
            self._reader.join(10)


@contextmanager
def running(*arguments: str) -> Iterator[Running]:
    process = Running(*arguments)
    try:
        yield process
    finally:
        process.process.kill()
        process.process.wait()


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def ask(port: int) -> str:
    return requests.post(f"http://localhost:{port}/words", data="hello", timeout=60).text


@pytest.mark.parametrize(("waits", "by"), [("", signal.SIGINT), (WAITS, signal.SIGTERM)])
def test_a_file_is_run_and_stopped(tmp_path, port, waits, by):
    file = tmp_path / "words.py"
    file.write_text(SERVICE.format(port=port, answer="one") + waits)
    with running("run", str(file)) as command:
        address = f"http://localhost:{port}/words"
        command.await_line(f"Serving {address}")
        assert ask(port) == "one"
        assert command.end(by) == 0, "\n".join(command.lines)
    assert f"        {address}/docs" in command.lines
    assert f"        http://localhost:{port}/_serving/" in command.lines
    with socket.socket() as probe:
        assert probe.connect_ex(("localhost", port)) != 0


@pytest.mark.parametrize("waits", ["", WAITS])
def test_a_file_that_changes_takes_over_without_a_failed_request(tmp_path, port, waits):
    file = tmp_path / "words.py"
    file.write_text(SERVICE.format(port=port, answer="one") + waits)
    answers = []
    done = threading.Event()

    def ask_on() -> None:
        with requests.Session() as session:
            while not done.is_set():
                reply = session.post(f"http://localhost:{port}/words", data="hello", timeout=60)
                answers.append((reply.status_code, reply.text))

    with running("run", "--reload", str(file)) as command, ThreadPoolExecutor() as pool:
        command.await_line("Serving ")
        asking = pool.submit(ask_on)
        try:
            file.write_text("this is no Python")
            command.await_line("SyntaxError")
            assert ask(port) == "one"
            file.write_text(SERVICE.format(port=port, answer="two") + waits)
            command.await_line("Version 3 ")
            assert ask(port) == "two"
            file.write_text(SERVICE.format(port=port, answer="three") + waits)
            command.await_line("Version 4 ")
            assert ask(port) == "three"
        finally:
            done.set()
        asking.result(60)
        assert command.end() == 0
    assert {status for status, _ in answers} == {200}
    assert [text for _, text in dict.fromkeys(answers)] == ["one", "two", "three"]


def test_the_master_settings_and_arguments_are_passed_on(tmp_path):
    file = tmp_path / "says.py"
    file.write_text(
        "import sys\n"
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.getOrCreate()\n"
        "print('master', spark.sparkContext.master)\n"
        "print('bars', spark.sparkContext.getConf().get('spark.ui.showConsoleProgress'))\n"
        "print('setting', spark.conf.get('spark.sql.shuffle.partitions'))\n"
        "print('arguments', sys.argv[1:])\n"
    )
    settings = ["--master", "local[1]", "--conf", "spark.sql.shuffle.partitions=3"]
    with running("run", *settings, str(file), "--fast", "x") as command:
        assert command.process.wait(START) == 1
        command.await_line(f"{file} has started no service.")
    assert "master local[1,4]" in command.lines
    assert "setting 3" in command.lines
    assert "bars false" in command.lines
    assert "arguments ['--fast', 'x']" in command.lines


def test_a_file_that_raises_shows_where_and_fails(tmp_path):
    file = tmp_path / "raises.py"
    file.write_text("x = 1\nraise KeyError('feature')\n")
    with running("run", str(file)) as command:
        assert command.process.wait(START) == 1
        command.await_line("KeyError: 'feature'")


@pytest.fixture
def java_home(tmp_path, monkeypatch):
    """A folder as that of a Java, of which commands are told."""
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))
    (tmp_path / "java" / "bin").mkdir(parents=True)
    return tmp_path / "java"


def fake_java(home, version):
    java = home / "bin" / "java"
    java.write_text(
        f'#!/bin/sh\ntest "$1" = -version && echo \'openjdk version "{version}"\' >&2 && exit\n'
        "echo 'UnsupportedClassVersionError' >&2; exit 1\n"
    )
    java.chmod(0o755)
    return java


@pytest.mark.parametrize(("version", "number"), [("11.0.2", 11), ("1.8.0_392", 8)])
def test_a_java_that_is_too_old_is_named(tmp_path, java_home, version, number):
    java = fake_java(java_home, version)
    file = tmp_path / "words.py"
    file.write_text(SERVICE.format(port=0, answer="one"))
    with running("run", str(file)) as command:
        assert command.process.wait(START) == 1
        command.await_line(f"Unsupported Java {number} at {java}: expected 17 or later.")
    assert not any("Traceback" in line for line in command.lines)


def test_where_java_is_missed_is_said(tmp_path, java_home):
    file = tmp_path / "words.py"
    file.write_text(SERVICE.format(port=0, answer="one"))
    with running("run", str(file)) as command:
        assert command.process.wait(START) == 1
        command.await_line(f"Missing Java: JAVA_HOME is {java_home}, where no bin/java is.")
    assert not any("Traceback" in line for line in command.lines)


def test_a_jvm_that_java_is_not_to_blame_for_shows_where(tmp_path, java_home):
    fake_java(java_home, "17.0.2")
    file = tmp_path / "words.py"
    file.write_text(SERVICE.format(port=0, answer="one"))
    with running("run", str(file)) as command:
        assert command.process.wait(START) == 1
        command.await_line("Traceback")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["run", "missing.py"], "Missing file missing.py."),
        (["run", "--conf", "spark.x", __file__], "Invalid --conf spark.x: expected KEY=VALUE."),
    ],
)
def test_arguments_that_are_wrong_are_named(arguments, complaint, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert complaint in capsys.readouterr().err
