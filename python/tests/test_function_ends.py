"""What is left of functions when their queries end: nothing."""

import os
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import sparkserving
from test_function_modes import start

from conftest import ANY_PORT, url_of

STARTS = int(os.environ.get("FUNCTION_STARTS", "2"))


@sparkserving.function("double")
def doubled(a):
    return 2 * a


def replies(rows):
    return rows.withFunction("x", doubled("a")).makeReply("x")


def workers():
    """The processes of functions, by process id; Spark's JVM is their parent."""
    shown = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,command="], check=True, capture_output=True, text=True
    )
    lines = [line.split(None, 2) for line in shown.stdout.splitlines()]
    own = {str(os.getpid())}
    # What this process started, and what that started, and so on.
    for _ in range(4):
        own |= {pid for pid, parent, _ in lines if parent in own}
    return {pid for pid, _, command in lines if pid in own and "-m sparkserving._worker" in command}


def folders():
    return set(Path(tempfile.gettempdir()).glob("ssf*/w"))


def thread_names(spark):
    threads = spark._jvm.java.lang.Thread.getAllStackTraces().keySet()
    return [str(thread) for thread in spark._jvm.java.util.ArrayList(threads)]


def wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.1)


@pytest.mark.parametrize("mode", ["head", "distributed", "continuous"])
def test_workers_go_when_their_query_ends(spark, mode):
    wait_until(lambda: not workers())
    name = f"ends-{mode}"
    query = start(spark, mode, name, replies)
    try:
        assert requests.post(url_of(name), json={"a": 1}, timeout=60).json() == {"x": 2.0}
        assert len(workers()) == 1
    finally:
        query.stop()
    wait_until(lambda: not workers(), 30)


def test_workers_stay_while_another_query_has_their_function(spark):
    wait_until(lambda: not workers())
    source = spark.readStream.server().address("localhost", ANY_PORT, "shared").load()
    rows = replies(source.parseRequest("a double"))
    query = rows.writeStream.server().replyTo("shared").start()
    before = workers()
    query.stop()
    query = rows.writeStream.server().replyTo("shared").supervise()
    try:
        assert requests.post(url_of("shared"), json={"a": 1}, timeout=60).json() == {"x": 2.0}
        assert workers() == before
    finally:
        query.stop()
    wait_until(lambda: not workers(), 30)


def test_workers_of_a_query_go_when_another_takes_over(spark):
    wait_until(lambda: not workers())
    started = []
    try:
        for takeover in ("false", "true"):
            source = spark.readStream.server().address("localhost", ANY_PORT, "taken")
            source = source.option("takeover", takeover).load()
            rows = replies(source.parseRequest("a double"))
            started.append(rows.writeStream.server().replyTo("taken").start())
            assert requests.post(url_of("taken"), json={"a": 1}, timeout=60).json() == {"x": 2.0}
        wait_until(lambda: not started[0].isActive)
        wait_until(lambda: len(workers()) == 1)
        assert requests.post(url_of("taken"), json={"a": 2}, timeout=60).json() == {"x": 4.0}
    finally:
        for query in started:
            query.stop()
    wait_until(lambda: not workers(), 30)


def test_nothing_is_left_of_queries_that_stop_under_load(spark):
    wait_until(lambda: not workers())
    before = folders()
    for i in range(STARTS):
        name = f"under-load-{i}"
        query = start(spark, "head", name, replies)
        url = url_of(name)

        def ask(number, url=url):
            try:
                return requests.post(url, json={"a": number}, timeout=60).status_code
            except requests.ConnectionError:
                return None  # The port is closed by now.

        with ThreadPoolExecutor(8) as clients:
            answers = [clients.submit(ask, number) for number in range(200)]
            wait_until(lambda answers=answers: sum(a.done() for a in answers) > 20)
            query.stop()
            statuses = [answer.result() for answer in answers]
        assert {200} <= set(statuses) <= {200, 503, None}, statuses
    wait_until(lambda: not workers(), 30)
    wait_until(lambda: folders() <= before)
    # Spark's own pools grow, up to a limit.
    wait_until(lambda: not [name for name in thread_names(spark) if "serving-function" in name])
