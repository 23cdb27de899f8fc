"""Many records in a request, on which Python functions are called."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
import sparkserving
from pyspark.sql.types import IntegerType, StringType, StructType

from conftest import ANY_PORT, url_of

SCHEMA = StructType().add("foo", StringType()).add("bar", IntegerType())
SIZES = [1, 2, 0, 100, 0, 1000, 0]


@pytest.fixture(params=["server", "distributedServer"])
def url(spark, request):
    mode = request.param

    @sparkserving.function("int")
    def checked(bar):
        if bar < 0:
            raise sparkserving.HttpError(422, "Not below 0")
        return bar + 1

    rows = getattr(spark.readStream, mode)().address("localhost", ANY_PORT, "many").load()
    parsed = rows.parseRequest(SCHEMA, records=True, parsingCheck="types")
    replies = parsed.withFunction("next", checked("bar")).makeReply("next")
    query = getattr(replies.writeStream, mode)().replyTo("many").start()
    yield url_of("many")
    query.stop()


def asked(number: int) -> tuple[object, object]:
    size = SIZES[number % len(SIZES)]
    if size == 0:
        return {"bar": number}, {"next": number + 1}
    return (
        [{"foo": "x", "bar": number + i} for i in range(size)],
        [{"next": number + i + 1} for i in range(size)],
    )


def test_each_request_gets_the_replies_of_its_own_records(url):
    def ask(number: int) -> bool:
        body, expected = asked(number)
        return requests.post(url, json=body, timeout=60).json() == expected

    with ThreadPoolExecutor(32) as clients:
        assert all(clients.map(ask, range(280)))


def test_a_record_that_a_function_refuses_is_named(url):
    answer = requests.post(url, json=[{"bar": 1}, {"bar": 2}, {"bar": -1}], timeout=60)
    assert answer.status_code == 422
    assert answer.json()["record"] == 2
    assert answer.json()["detail"] == "Not below 0"
