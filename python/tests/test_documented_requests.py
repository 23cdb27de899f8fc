"""The requests that docs/requests.md shows, as they stand there."""

import re
import subprocess
from pathlib import Path

import pytest
import sparkserving  # noqa: F401  (adds server() to Spark's readers)

from conftest import url_of

PAGE = Path(__file__).parents[2] / "docs" / "requests.md"


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture
def address(spark):
    code = blocks()[0]
    names = {"spark": spark}
    exec(compile(code.replace("8888", "0"), str(PAGE), "exec"), names)
    query = names["replies"].writeStream.server().replyTo("v1/things/bar").start()
    yield url_of("v1/things/bar").split("/")[2]
    query.stop()


def calls() -> list[str]:
    return re.findall(r"^curl .*8888.*$", PAGE.read_text("utf-8"), re.M)


def call(command: str, address: str) -> str:
    shell = command.replace("curl", "curl -sS --max-time 60", 1)
    shell = re.sub("localhost:[0-9]+", address, shell)
    return subprocess.run(
        shell, shell=True, check=True, capture_output=True, text=True, timeout=90
    ).stdout


def test_all_ways_to_say_it_are_one(address):
    single = [command for command in calls() if "[" not in command]
    assert len(single) == 4
    assert {call(command, address) for command in single} == {'{"length":5}'}


def test_the_array_is_answered_as_documented(address):
    (command,) = [command for command in calls() if "[" in command]
    assert call(command, address) + "\n" in PAGE.read_text("utf-8")
    assert "'bar' is" in call("curl localhost:8888/v1/things/x?foo=a", address)


@pytest.mark.parametrize(
    ("block", "replies", "service", "port"),
    [(1, "predictions", "my_model", "5001"), (2, "areas", "areas", "8000")],
)
def test_clients_of_protocols_are_answered_as_documented(spark, block, replies, service, port):
    names = {"spark": spark}
    exec(compile(blocks()[block].replace(port, "0"), str(PAGE), "exec"), names)
    query = names[replies].writeStream.server().replyTo(service).start()
    try:
        (command,) = re.findall(f"^curl .*localhost:{port}.*$", PAGE.read_text("utf-8"), re.M)
        answer = call(command, url_of(service).split("/")[2])
        assert answer + "\n" in PAGE.read_text("utf-8")
    finally:
        query.stop()
