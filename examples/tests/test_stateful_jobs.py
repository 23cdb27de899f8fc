"""The examples that keep state by key, submitted to a local Spark as docs/stateful.md says."""

import http.client
import json
import re
import shlex
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyspark
import pytest

from spark_processes import SPARK_HOME, SparkProcess, print_log, wait_for
from submitting import built, free_port
from test_stateful_page import PAGE, SOURCES, blocks

SPARK = tuple(int(part) for part in pyspark.__version__.split(".")[:2])
CLIENTS = 16

micro_batches = pytest.param("batches", marks=pytest.mark.skipif(SPARK < (4, 0), reason="no such"))
only_real_time = pytest.mark.skipif(SPARK < (4, 3), reason="real time keeps state from 4.3 on")
#: Where there is real time, that is what it is for.
any_trigger = pytest.mark.parametrize(
    "trigger", ["real-time"] if SPARK >= (4, 3) else [micro_batches]
)
both_languages = pytest.mark.parametrize("language", ["java", "python"])


#: What stands before it in a script.
BEFORE_THE_COUNT = """
import sys
import sparkserving
from pyspark.sql import SparkSession
from pyspark.sql.functions import count, last

spark = SparkSession.builder.config("spark.sql.shuffle.partitions", 1).getOrCreate()
df = (spark.readStream.continuousServer().address("localhost", int(sys.argv[2]), "my_api")
      .option("numPartitions", 1).load().parseRequest("my_api", "user string", parsingCheck="full"))
"""


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, object]


@dataclass(frozen=True)
class Service:
    """An example that answers."""

    api: str
    port: int
    process: SparkProcess

    def ask(self, body: dict[str, object], **headers: str) -> Answer:
        """On a connection of its own."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
        try:
            connection.request("POST", f"/{self.api}", json.dumps(body), headers)
            response = connection.getresponse()
            return Answer(response.status, json.loads(response.read()))
        finally:
            connection.close()

    def ask_at_once(self, count: int, ask: Callable[[int], Answer]) -> list[Answer]:
        with ThreadPoolExecutor(CLIENTS) as clients:
            return list(clients.map(ask, range(count)))

    def repeat_what_the_page_shows(self) -> None:
        """Each call with curl, and what it prints."""
        for command, printed in calls(self.api):
            words = [word.replace(":8888/", f":{self.port}/") for word in shlex.split(command)]
            said = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
            assert said.stdout == printed, command


def calls(api: str) -> list[tuple[str, str]]:
    found = [
        call
        for block in blocks("")
        for call in re.findall(r"^\$ (curl .*)\n((?:[^$].*\n)*)", block, re.MULTILINE)
        if f":8888/{api}" in call[0]
    ]
    assert found, f"Missing calls of {api} on {PAGE.name}"
    return found


def submission(example: str, language: str) -> list[str]:
    """What tells spark-submit which example to run."""
    if language == "java":
        return ["--class", f"io.sparkserving.examples.{example}", built("EXAMPLES_JAR")]
    snake = re.sub(r"(?<!^)([A-Z])", r"_\1", example).lower()
    return ["--py-files", built("WHEEL"), str(SOURCES / "python" / f"{snake}.py")]


@contextmanager
def started(folder: Path, api: str, job: list[str], *more: str) -> Iterator[Service]:
    """A job that has answered that it is there."""
    port = free_port()
    command = [
        str(SPARK_HOME / "bin" / "spark-submit"),
        "--master", "local[4,4]", "--conf", "spark.ui.enabled=false",
        "--conf", "spark.shuffle.streaming.networkBufferMaxWaitTimeMs=1",
        "--jars", built("BUNDLE_JAR"), *job, "localhost", str(port), *more,
    ]  # fmt: skip
    process = SparkProcess(command, folder / "job.log")

    service = Service(api, port, process)

    def look() -> bool | None:
        process.expect_running()
        try:
            # Which no query sees.
            return service.ask({}).status == 400 or None
        except ConnectionRefusedError:
            return None

    try:
        wait_for(f"an answer on port {port}", look, 120)
        yield service
    finally:
        process.kill()
        print_log(process.log)


def expect_a_limit(service: Service) -> None:
    service.repeat_what_the_page_shows()

    def spend(number: int) -> Answer:
        return service.ask({"account": "contended", "amount": 5})

    statuses = Counter(answer.status for answer in service.ask_at_once(40, spend))
    assert statuses == {200: 20, 402: 20}, "100 covers 5 twenty times"

    def spend_once(number: int) -> Answer:
        return service.ask({"account": "repeated", "amount": 30}, **{"Idempotency-Key": "same"})

    assert set(map(str, service.ask_at_once(20, spend_once))) == {str(Answer(200, {"left": 70}))}
    assert service.ask({"account": "repeated", "amount": 70}).body == {"left": 0}
    negative = service.ask({"account": "new", "amount": -5})
    assert negative == Answer(402, {"left": 100})


@any_trigger
def test_a_spending_limit_is_kept_and_a_key_answered_once(trigger: str, tmp_path: Path) -> None:
    with started(tmp_path, "spend", submission("SpendingLimit", "java"), trigger) as service:
        expect_a_limit(service)


@pytest.mark.skipif(SPARK < (4, 1), reason="transformWithState is in PySpark from 4.1 on")
def test_a_spending_limit_in_python_is_kept(tmp_path: Path) -> None:
    with started(tmp_path, "spend", submission("SpendingLimit", "python")) as service:
        expect_a_limit(service)


@only_real_time
@both_languages
def test_each_payment_is_scored_with_those_of_its_user(language: str, tmp_path: Path) -> None:
    with started(tmp_path, "score", submission("PaymentScores", language)) as service:
        service.repeat_what_the_page_shows()

        def pay(number: int) -> Answer:
            user = f"user{number % 4}"
            time = "2030-01-01T12:00:00Z"
            return service.ask({"user": user, "amount": 10.0, "time": time})

        answers = service.ask_at_once(80, pay)
        assert {answer.status for answer in answers} == {200}
        counts = [
            sorted(int(str(a.body["payments"])) for a in answers[user::4]) for user in range(4)
        ]
        assert counts == [list(range(1, 21))] * 4
        later = service.ask({"user": "user0", "amount": 10.0, "time": "2030-01-01T12:10:00Z"})
        assert later == Answer(200, {"payments": 1, "score": 0.05})


@only_real_time
def test_the_count_that_the_page_shows_is_of_each_request(tmp_path: Path) -> None:
    (code,) = [block for block in blocks("python") if block.startswith("counts = ")]
    script = tmp_path / "counts.py"
    script.write_text(BEFORE_THE_COUNT + code + "counts.awaitTermination()\n")
    job = ["--py-files", built("WHEEL"), str(script)]
    with started(tmp_path, "my_api", job) as service:
        answers = service.ask_at_once(40, lambda number: service.ask({"user": f"u{number % 2}"}))
        counts = [sorted(int(str(a.body["count"])) for a in answers[user::2]) for user in range(2)]
        assert counts == [list(range(1, 21))] * 2


@only_real_time
def test_what_was_counted_is_saved_by_batches_that_end_before_draining(tmp_path: Path) -> None:
    (code,) = [block for block in blocks("python") if block.startswith("counts = ")]
    checkpoint = (tmp_path / "checkpoint").as_uri()
    before = BEFORE_THE_COUNT.replace(".load()", '.option("drainDelay", "8s").load()')
    before += 'spark.conf.set("spark.sql.streaming.realTimeMode.minBatchDuration", 500)\n'
    code = code.replace("5 minutes", "1 second")
    code = code.replace(".realTime", f'.option("checkpointLocation", "{checkpoint}").realTime')
    script = tmp_path / "counts.py"
    script.write_text(before + code + "counts.awaitTermination()\n")
    job = ["--py-files", built("WHEEL"), str(script)]
    for counted in (1, 2):
        with started(tmp_path, "my_api", job) as service:
            assert service.ask({"user": "a"}) == Answer(200, {"count": counted})
            assert service.process.terminate() == 143


@any_trigger
@both_languages
def test_an_event_is_answered_409_when_it_comes_again(
    language: str, trigger: str, tmp_path: Path
) -> None:
    with started(tmp_path, "events", submission("DistinctEvents", language), trigger) as service:
        service.repeat_what_the_page_shows()

        def send(number: int) -> Answer:
            return service.ask({"event": f"e{number % 8}", "what": "sent"})

        before = time.monotonic()
        answers = service.ask_at_once(32, send)
        print(f"32 answers in {time.monotonic() - before:.1f} s")
        for event in range(8):
            assert sorted(answer.status for answer in answers[event::8]) == [200, 409, 409, 409]
