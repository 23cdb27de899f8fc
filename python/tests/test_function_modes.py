"""Functions in running services, in every mode."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import sparkserving
from pyspark.sql import functions as F

from conftest import ANY_PORT, url_of

HELPERS = {"head": "server", "distributed": "distributedServer"}
MODES = ["head", "distributed", "continuous", "real time", "no trigger"]


@sparkserving.function("double", batch="numpy")
def total(a, b):
    return a + b


@sparkserving.function("string")
def said(a):
    if a == 422:
        raise sparkserving.HttpError(422, "Not that one", headers={"X-Reason": "taste"})
    if a == 500:
        raise ValueError("a secret")
    if a == 666:
        os._exit(1)
    return f"said {a:.0f}"


@sparkserving.function("string", batch="pandas")
def louder(text):
    return text.str.upper()


def start(spark, mode, name, pipeline):
    helper = HELPERS.get(mode, "continuousServer")
    reader = getattr(spark.readStream, helper)().address("localhost", ANY_PORT, name)
    rows = reader.option("numPartitions", 1).load().parseRequest("a double, b double")
    writer = getattr(pipeline(rows).writeStream, helper)().replyTo(name)
    if mode == "continuous":
        writer = writer.trigger(continuous="1 second")
    if mode == "real time":
        writer = writer.realTime("1 minute")
    return writer.start()


def whole(rows):
    rows = rows.withFunction("total", total("a", b="b")).with_function("said", said(F.col("a")))
    return (
        rows.withFunction("loud", louder("said"))
        .filter("total < 1000000")
        .withColumn("reply", F.struct("total", "loud"))
        .makeReply("reply")
    )


@pytest.mark.parametrize("mode", MODES)
def test_functions_answer_in_every_mode(spark, has_real_time, mode):
    if mode == "real time" and not has_real_time:
        pytest.skip("Spark 4.1 and later")
    name = "functions-" + mode.replace(" ", "-")
    query = start(spark, mode, name, whole)
    try:
        url = url_of(name)

        def post(a, b=1.0):
            return requests.post(url, json={"a": a, "b": b}, timeout=60)

        assert post(1, 2).json() == {"total": 3.0, "loud": "SAID 1"}
        refused = post(422)
        assert (refused.status_code, refused.headers["X-Reason"]) == (422, "taste")
        assert refused.json()["detail"] == "Not that one"
        failed = post(500)
        assert failed.status_code == 500
        assert "secret" not in failed.text
        with ThreadPoolExecutor(16) as threads:
            numbers = [666 if i == 77 else 1000 + i for i in range(300)]
            answers = list(threads.map(post, numbers))
        assert [answer.status_code for answer in answers] == [
            500 if number == 666 else 200 for number in numbers
        ]
        for number, answer in zip(numbers, answers, strict=True):
            if number != 666:
                assert answer.json() == {"total": number + 1.0, "loud": f"SAID {number}"}
        assert post(2e6).status_code == 500  # Dropped by the filter.
        assert post(3).json()["loud"] == "SAID 3"
    finally:
        query.stop()


def test_a_set_up_that_fails_keeps_the_query_from_starting(spark):
    def load():
        with open("/no/such/model") as model:
            model.read()

    @sparkserving.function("double", setup=load)
    def score(a):
        return a

    with pytest.raises(RuntimeError, match="No such file or directory: '/no/such/model'"):
        start(
            spark,
            "head",
            "no-model",
            lambda rows: rows.withFunction("x", score("a")).makeReply("x"),
        )
    assert requests_is_free("no-model")


def requests_is_free(name):
    try:
        sparkserving.service_info(name)
    except Exception as missing:  # noqa: BLE001 - whatever PySpark makes of Java's
        return "no-model" in str(missing) or "No service" in str(missing)
    return False


def test_a_function_may_stand_before_and_after_an_aggregate(spark, serve, requests_to):
    rows = requests_to("totals").parseRequest("a double, b double")
    sums = (
        rows.withFunction("total", total("a", "b"))
        .groupBy("id")
        .agg(F.sum("total").alias("a"))
        .withFunction("said", said("a"))
        .makeReply("said")
    )
    query = sums.writeStream.server().replyTo("totals").outputMode("update").start()
    try:
        answer = requests.post(url_of("totals"), json={"a": 1, "b": 2}, timeout=60)
        assert answer.text == "said 3"
        failed = requests.post(url_of("totals"), json={"a": 250, "b": 250}, timeout=60)
        assert failed.status_code == 500
    finally:
        query.stop()
