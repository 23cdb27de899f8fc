import pytest
import requests
from pyspark.errors import IllegalArgumentException
from pyspark.sql import functions as F
from sparkserving.functions import (
    binary_to_response,
    empty_response,
    entity_to_string,
    request_to_string,
    send_reply,
    string_to_response,
)

from conftest import ANY_PORT, url_of


def test_requests_become_text_by_their_charset(requests_to, serve):
    df = requests_to("text")
    both = F.concat_ws("|", request_to_string("request"), entity_to_string("request.entity"))
    service = serve("text", df.withColumn("reply", string_to_response(both)))
    assert service.post("Grüße".encode()).text == "Grüße|Grüße"
    latin = {"Content-Type": "text/plain; charset=ISO-8859-1"}
    assert service.post("Grüße".encode("latin-1"), headers=latin).text == "Grüße|Grüße"


def test_responses_carry_status_and_body(requests_to, serve):
    df = requests_to("responses").withColumn("text", request_to_string("request"))
    reply = (
        F.when(F.col("text") == "empty", empty_response(204, "No Content"))
        .when(F.col("text") == "bytes", binary_to_response(F.lit(bytearray(b"\0\1"))))
        .otherwise(string_to_response("text", 418, "I'm a teapot"))
    )
    service = serve("responses", df.withColumn("reply", reply))
    empty, data, text = (service.post(kind) for kind in ("empty", "bytes", "tea"))
    assert (empty.status_code, empty.content) == (204, b"")
    assert (data.status_code, data.content) == (200, b"\0\1")
    assert data.headers["Content-Type"] == "application/octet-stream"
    assert (text.status_code, text.text) == (418, "tea")
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_replies_can_be_sent_from_within_a_query(requests_to, serve):
    df = requests_to("early").withColumn("text", request_to_string("request"))
    refusal = string_to_response(F.lit("refused"), 403, "Forbidden")
    refused = send_reply(F.lit("early"), refusal, "id")
    good = df.filter(F.when(F.col("text") == "bad", ~refused).otherwise(F.lit(True)))
    service = serve("early", good.makeReply("text"))
    assert service.post("good").text == "good"
    answer = service.post("bad")
    assert (answer.status_code, answer.text) == (403, "refused")


def test_a_batch_of_foreach_batch_replies_itself_and_the_column_needs_no_alias(requests_to):
    text = requests_to("by_batch").withColumn("text", request_to_string("request"))

    def reply_to_all(batch, _):
        reply = string_to_response("text")
        batch.select(send_reply(F.lit("by_batch"), reply, "id")).write.format("noop").mode(
            "overwrite"
        ).save()

    query = text.writeStream.foreachBatch(reply_to_all).start()
    try:
        url = awaited_url("by_batch", query)
        for body in ("one", "two"):
            answer = requests.post(url, body, timeout=60)
            assert (answer.status_code, answer.text) == (200, body)
        assert query.isActive
    finally:
        query.stop()


def awaited_url(name, query):
    while True:
        try:
            return url_of(name)
        except IllegalArgumentException:
            assert not query.awaitTermination(0.1)


@pytest.mark.parametrize(
    ("ours", "java"),
    [
        (lambda: string_to_response("text"), lambda f, c: f.stringToResponse(c("text"))),
        (
            lambda: string_to_response("text", 404, "Not Found"),
            lambda f, c: f.stringToResponse(c("text"), 404, "Not Found"),
        ),
        (lambda: binary_to_response("bytes"), lambda f, c: f.binaryToResponse(c("bytes"))),
        (
            lambda: binary_to_response("bytes", 500, "No"),
            lambda f, c: f.binaryToResponse(c("bytes"), 500, "No"),
        ),
        (lambda: empty_response(), lambda f, _: f.emptyResponse()),
        (lambda: empty_response(204, "None"), lambda f, _: f.emptyResponse(204, "None")),
    ],
    ids=["text", "text and status", "bytes", "bytes and status", "empty", "empty and status"],
)
def test_functions_make_the_same_replies_as_java(spark, ours, java):
    df = spark.createDataFrame(
        [("Grüße", bytearray(b"\0")), ("", bytearray()), (None, None)], "text string, bytes binary"
    )
    jvm = spark._jvm
    column = java(jvm.io.sparkserving.ServingFunctions, jvm.org.apache.spark.sql.functions.col)
    javas = type(df)(df._jdf.withColumn("reply", column), spark).select("reply")
    mine = df.withColumn("reply", ours()).select("reply")
    assert mine.schema.jsonValue() == javas.schema.jsonValue()
    assert mine.collect() == javas.collect()


def test_nothing_of_a_get_is_text(spark):
    df = spark.readStream.server().address("localhost", ANY_PORT, "got").load()
    replies = df.withColumn("text", F.coalesce(request_to_string("request"), F.lit("no body")))
    query = replies.makeReply("text").writeStream.server().replyTo("got").start()
    try:
        assert requests.get(url_of("got"), timeout=60).text == "no body"
    finally:
        query.stop()
