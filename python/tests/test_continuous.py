"""Services whose tasks go on and on."""

import inspect
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import sparkserving
from pyspark.errors import IllegalArgumentException, UnsupportedOperationException
from pyspark.sql import functions as F
from pyspark.sql.streaming import DataStreamWriter
from pyspark.sql.types import IntegerType, StringType, StructType

from conftest import ANY_PORT, url_of


def requests_of(spark, name, port=ANY_PORT, **options):
    reader = spark.readStream.continuousServer().address("localhost", port, name)
    return reader.options(**options).load().parseRequest("string")


def ask(name, body):
    return requests.post(url_of(name), data=body, timeout=60)


def test_a_query_with_the_continuous_trigger_answers(spark, tmp_path):
    df = (
        spark.readStream.continuousServer()
        .address("localhost", ANY_PORT, "continuous")
        .load()
        .parseRequest(StructType().add("foo", StringType()).add("bar", IntegerType()))
    )
    replies = df.withColumn("fooLength", F.length("foo")).makeReply("fooLength")
    query = (
        replies.writeStream.continuousServer()
        .replyTo("continuous")
        .queryName("continuous_query")
        .trigger(continuous="1 second")
        .option("checkpointLocation", tmp_path.as_uri())
        .start()
    )
    try:
        assert ask("continuous", '{"foo":"hello","bar":1}').json() == {"fooLength": 5}
        assert ask("continuous", "nonsense").status_code == 400
    finally:
        query.stop()


def test_a_query_without_a_trigger_answers_before_its_batch_ends(spark):
    df = spark.readStream.continuous_server().address("localhost", ANY_PORT, "lingering")
    replies = df.option("epochLength", "24h").load().parseRequest("string").makeReply("value")
    query = replies.writeStream.continuous_server().reply_to("lingering").start()
    try:
        assert ask("lingering", "echo").text == "echo"
    finally:
        query.stop()


@pytest.mark.parametrize("real_time", ["realTime", "real_time"])
def test_a_query_in_real_time_answers_where_spark_can(spark, has_real_time, real_time):
    # Another session than the one that is active in Java.
    other = spark.newSession()
    writer = requests_of(other, real_time).makeReply("value").writeStream.continuousServer()
    if not has_real_time:
        with pytest.raises(UnsupportedOperationException, match=r"needs Spark 4\.1 or later"):
            getattr(writer, real_time)("5 minutes")
        return
    query = getattr(writer, real_time)("5 minutes").replyTo(real_time).start()
    try:
        assert ask(real_time, "echo").text == "echo"
    finally:
        query.stop()


def test_sparks_own_word_for_real_time_does_too(spark):
    if "realTime" not in inspect.signature(DataStreamWriter.trigger).parameters:
        pytest.skip("This PySpark has no such trigger: 4.1 has it in Java and Scala only.")
    spark.conf.set("spark.sql.streaming.realTimeMode.allowlistCheck", "false")
    writer = requests_of(spark, "own_word").makeReply("value").writeStream.continuousServer()
    writer = writer.replyTo("own_word").trigger(realTime="5 minutes").outputMode("update")
    query = writer.start()
    try:
        assert ask("own_word", "echo").text == "echo"
    finally:
        query.stop()


def test_sparks_own_start_says_what_progress_tracking_it_wants(spark, tmp_path):
    replies = requests_of(spark, "tracked").makeReply("value")
    writer = replies.writeStream.format("continuousServer").option("name", "tracked")
    writer = writer.option("checkpointLocation", tmp_path.as_uri())
    with pytest.raises(IllegalArgumentException, match=r'"asyncProgressTrackingEnabled", "false"'):
        writer.option("asyncProgressTrackingEnabled", True).start()


def test_a_second_query_takes_over_the_connections_of_the_first(spark):
    first = requests_of(spark, "model").withColumn("reply", F.lit("first"))
    before = first.makeReply("reply", "reply").writeStream.continuousServer().replyTo("model")
    before = before.start()
    with requests.Session() as client:
        url = url_of("model")
        assert client.post(url, data="x", timeout=60).text == "first"
        second = requests_of(spark, "model", takeover=True).withColumn("reply", F.lit("second"))
        after = second.makeReply("reply").writeStream.continuousServer().replyTo("model").start()
        try:
            assert client.post(url, data="x", timeout=60).text == "second"
            assert url_of("model") == url
            assert before.awaitTermination(60)
        finally:
            after.stop()


def test_a_supervised_query_survives_what_makes_it_fail(spark):
    fragile = F.when(F.col("value") == "poison", F.raise_error(F.lit("spilled"))).otherwise("fine")
    replies = requests_of(spark, "fragile").withColumn("reply", F.coalesce(fragile, "value"))
    writer = replies.makeReply("reply").writeStream.continuousServer().replyTo("fragile")
    supervised = writer.supervise(max_restarts=5, backoff="10ms", max_backoff="1s")
    try:
        assert isinstance(supervised, sparkserving.SupervisedQuery)
        assert (supervised.state, supervised.restarts) == ("RUNNING", 0)
        assert supervised.last_failure is None
        assert supervised.query.isActive
        assert supervised.await_termination(0.05) is False
        assert ask("fragile", "poison").status_code == 500
        assert ask("fragile", "water").text == "fine"
        # The first answer may come before the query's own word that it runs.
        deadline = time.monotonic() + 30
        while supervised.state == "RESTARTING" and time.monotonic() < deadline:
            assert supervised.await_termination(0.05) is False
        assert (supervised.state, supervised.restarts) == ("RUNNING", 2)
        assert "spilled" in supervised.last_failure
        assert supervised.query.isActive
        assert str(supervised.query.id) in repr(supervised)
    finally:
        supervised.stop()
    assert supervised.state == "STOPPED"
    assert supervised.await_termination() is True


def test_a_query_that_is_given_up_says_so(spark):
    replies = requests_of(spark, "hopeless").withColumn("reply", F.raise_error(F.lit("spilled")))
    replies = replies.withColumn("reply", F.col("reply").cast("string")).makeReply("reply")
    writer = replies.writeStream.continuousServer().replyTo("hopeless")
    supervised = writer.supervise(max_restarts=0)
    try:
        assert ask("hopeless", "x").status_code == 503
        assert supervised.await_termination(60)
        assert (supervised.state, supervised.restarts) == ("GIVEN_UP", 0)
    finally:
        supervised.stop()


def test_wrong_choices_for_supervision_are_refused(spark):
    replies = requests_of(spark, "unsupervised").makeReply("value")
    writer = replies.writeStream.continuousServer().replyTo("unsupervised")
    with pytest.raises(IllegalArgumentException, match=r"soon.*backoff"):
        writer.supervise(backoff="soon")


def test_python_functions_are_warned_of_where_requests_would_wait_for_them(spark):
    df = requests_of(spark, "slow")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        df.withColumn("upper", F.upper("value")).makeReply("upper").writeStream.continuousServer()
    replies = df.withColumn("same", F.udf(lambda text: text)("value")).makeReply("same")
    with pytest.warns(
        UserWarning, match=r"Use sparkserving.function and withFunction\(\)"
    ) as warned:
        replies.writeStream.continuousServer()
    assert warned[0].filename == __file__


def test_python_functions_answer_each_request_its_own_when_an_epoch_ends(spark):
    backwards = F.udf(lambda text: text[::-1])
    replies = requests_of(spark, "waiting").withColumn("back", backwards("value")).makeReply("back")
    with pytest.warns(UserWarning, match="Python functions"):
        writer = replies.writeStream.continuousServer()
    query = writer.replyTo("waiting").trigger(continuous="1 second").start()
    texts = [f"request {n}" for n in range(16)]
    try:
        with ThreadPoolExecutor(len(texts)) as clients:
            answers = list(clients.map(lambda text: ask("waiting", text), texts))
        assert [answer.text for answer in answers] == [text[::-1] for text in texts]
    finally:
        query.stop()
