"""The query that ``start`` gives: PySpark's own, but for a ``stop`` that lets it finish."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

PATIENCE = 60


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_all_that_pyspark_says_of_a_query_can_be_asked(serve, requests_to, capsys):
    service = serve("asked", requests_to("asked").parseRequest("string").makeReply("value"))
    query = service.query
    assert isinstance(query, StreamingQuery)
    assert service.post("echo").text == "echo"
    query.processAllAvailable()
    query.explain()
    query.explain(extended=True)
    assert "Physical Plan" in capsys.readouterr().out
    assert query.isActive
    assert query.exception() is None
    assert query.awaitTermination(0.01) is False
    assert query.status["message"]
    assert query.lastProgress["id"] == query.id == query.recentProgress[-1]["id"]
    assert query.runId != query.id
    assert query.name is None


def test_stop_finishes_what_is_in_flight(serve, requests_to, tmp_path):
    begun, finish = tmp_path / "begun", tmp_path / "finish"

    @F.udf(returnType="string")
    def hold(text: str) -> str:
        begun.touch()
        deadline = time.monotonic() + PATIENCE
        while not finish.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        return text

    df = requests_to("in_flight", drainTimeout="60s").parseRequest("string")
    service = serve("in_flight", df.withColumn("value", hold("value")).makeReply("value"))

    def is_ready() -> bool:
        base = service.url.rpartition("/")[0]
        return requests.get(f"{base}/readyz", timeout=PATIENCE).status_code == 200

    with ThreadPoolExecutor(2) as threads:
        answer = threads.submit(service.post, "in flight")
        wait_for(Path(begun).exists)
        assert is_ready()
        stopped = threads.submit(service.query.stop)
        wait_for(lambda: not is_ready())
        finish.touch()
        assert answer.result(PATIENCE).text == "in flight"
        stopped.result(PATIENCE)
    assert not service.query.isActive
