"""The query that ``start`` gives: PySpark's own, but for a ``stop`` that lets it finish."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor

import requests
from pyspark.sql import functions as F
from pyspark.sql.streaming.query import StreamingQuery

PATIENCE = 60


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


def test_stop_finishes_what_is_in_flight(serve, requests_to):
    with socket.create_server(("localhost", 0)) as gate, ThreadPoolExecutor(2) as threads:
        gate.settimeout(PATIENCE)
        address = gate.getsockname()

        @F.udf("string")
        def hold(text: str) -> str:
            with socket.create_connection(address, PATIENCE) as held:
                held.recv(1)
            return text

        df = requests_to("in_flight", drainTimeout="60s").parseRequest("string")
        service = serve("in_flight", df.withColumn("value", hold("value")).makeReply("value"))

        def is_ready() -> bool:
            base = service.url.rpartition("/")[0]
            return requests.get(f"{base}/readyz", timeout=PATIENCE).status_code == 200

        answer = threads.submit(service.post, "in flight")
        held, _ = gate.accept()
        with held:
            assert is_ready()
            stopped = threads.submit(service.query.stop)
            deadline = time.monotonic() + PATIENCE
            while is_ready():
                assert time.monotonic() < deadline
            assert not answer.done()
        assert answer.result(PATIENCE).text == "in flight"
        stopped.result(PATIENCE)
    assert not service.query.isActive
