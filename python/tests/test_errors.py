"""What goes wrong in Java arrives as a Python exception that says what to do."""

import socket
from urllib.parse import urlsplit

import pytest
from pyspark.errors import AnalysisException, IllegalArgumentException
from pyspark.sql import functions as F

from conftest import ANY_PORT


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prot": 8888}, "prot"),
        ({"port": 70000}, "70000"),
        ({"requestTimeout": "soon"}, "soon"),
        ({"numPartitions": 0}, "numPartitions"),
    ],
)
def test_a_bad_option_fails_load_and_is_named(spark, options, message):
    reader = spark.readStream.server().address("localhost", ANY_PORT, "wrong").options(**options)
    with pytest.raises(IllegalArgumentException, match=f"(?s)^[A-Z].*{message}"):
        reader.load()


def test_a_name_that_nobody_loaded_fails_start_naming_the_known(requests_to):
    replies = requests_to("existing").parseRequest("string").makeReply("value")
    with pytest.raises(IllegalArgumentException, match=r"'nobody'.*existing"):
        replies.writeStream.server().replyTo("nobody").start()


def test_a_reply_of_another_type_fails_start(requests_to):
    replies = requests_to("mistyped").withColumn("reply", F.lit("text"))
    with pytest.raises((IllegalArgumentException, AnalysisException), match="reply"):
        replies.writeStream.server().replyTo("mistyped").start()


def test_a_column_that_is_missing_fails_at_once(requests_to):
    df = requests_to("columns")
    with pytest.raises(IllegalArgumentException, match=r"Missing column 'ident'.*idCol"):
        df.parseRequest("columns", "foo string", "ident", "request", "partial")
    with pytest.raises(AnalysisException, match="answer"):
        df.makeReply("answer")


@pytest.mark.parametrize(
    ("schema", "check", "message"),
    [("int", "partial", "Unsupported schema int"), ("foo string", "some", "'some'")],
)
def test_a_schema_or_check_that_is_not_supported_fails_at_once(requests_to, schema, check, message):
    with pytest.raises(IllegalArgumentException, match=message):
        requests_to("unsupported").parseRequest(schema, parsingCheck=check)


def test_an_occupied_port_fails_start_with_the_reason(spark):
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        df = spark.readStream.server().address("localhost", port, "taken").load()
        replies = df.parseRequest("string").makeReply("value")
        with pytest.raises(RuntimeError, match=f"^Cannot listen on .*:{port}.*in use"):
            replies.writeStream.server().replyTo("taken").start()


def test_a_name_that_is_being_served_fails_start(requests_to, serve):
    serve("unique", requests_to("unique").parseRequest("string").makeReply("value"))
    again = requests_to("unique").parseRequest("string").makeReply("value")
    with pytest.raises(RuntimeError, match=r"^Cannot serve 'unique'.*serves it already"):
        again.writeStream.server().replyTo("unique").start()


def test_a_request_that_is_no_http_is_told_why(requests_to, serve):
    replies = requests_to("refusals").parseRequest("string").makeReply("value")
    port = urlsplit(serve("refusals", replies).url).port
    with socket.create_connection(("localhost", port), timeout=60) as client:
        client.sendall(b"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(1 << 16), b"")).decode()
    assert answer.startswith("HTTP/1.1 400 ")
    assert "Invalid request target" in answer
