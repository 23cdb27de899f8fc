"""What ``start`` gives outlives the requests on which the query fails."""

import pytest
import requests
from pyspark.errors import IllegalArgumentException, StreamingQueryException
from pyspark.sql import functions as F

from conftest import url_of


def swallowing():
    """A column of the texts that are not bad; made here, as Python's workers know no tests."""

    def swallow(text: str) -> str:
        if text == "bad":
            raise ValueError("Cannot swallow it")
        return text

    return F.udf(swallow, "string")("value")


def test_a_bad_request_fails_alone_where_spark_tries_no_task_twice(serve, requests_to):
    df = requests_to("lasting").parseRequest("string").withColumn("value", swallowing())
    service = serve("lasting", df.makeReply("value"))
    query = service.query
    first_run = query.runId
    assert service.post("good").text == "good"
    assert service.post("bad").status_code == 500
    assert service.post("good").text == "good"
    assert query.isActive
    assert query.exception() is None
    assert query.awaitTermination(0.01) is False
    assert query.runId != first_run
    query.stop()
    assert query.awaitTermination() is None
    assert not query.isActive
    assert query.exception() is None


def test_without_restarts_a_query_ends_as_sparks_own(requests_to):
    df = requests_to("off").parseRequest("string").withColumn("value", swallowing())
    query = df.makeReply("value").writeStream.server().replyTo("off").start(maxRestarts=0)
    try:
        requests.post(url_of("off"), data="bad", timeout=60)
        with pytest.raises(StreamingQueryException, match="Cannot swallow it"):
            query.awaitTermination(60)
        assert not query.isActive
        assert query.exception() is not None
    finally:
        query.stop()


@pytest.mark.parametrize("trigger", [{"once": True}, {"availableNow": True}])
def test_triggers_with_which_a_query_ends_are_refused(requests_to, trigger):
    replies = requests_to("ending").parseRequest("string").makeReply("value")
    writer = replies.writeStream.server().replyTo("ending").trigger(**trigger)
    with pytest.raises(IllegalArgumentException, match="Unsupported trigger"):
        writer.start()
