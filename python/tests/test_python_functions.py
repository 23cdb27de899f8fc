"""Python's own functions between parseRequest and makeReply."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, StringType

CLIENTS = 16
REQUESTS = 400


@F.udf(StringType())
def backwards(text):
    return None if text is None else text[::-1]


@F.udf(StringType())
def fragile(text):
    if text == "poison":
        raise ValueError(text)
    return text


@F.pandas_udf(DoubleType())
def half(numbers: pd.Series) -> pd.Series:
    return numbers / 2


def answers_of(service, bodies):
    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(service.post, bodies))


def test_a_plain_function_answers_each_request_its_own(requests_to, serve):
    df = requests_to("plain").parseRequest("text string")
    service = serve("plain", df.withColumn("back", backwards("text")).makeReply("back"))
    texts = [f"request {n}" for n in range(REQUESTS)]
    answers = answers_of(service, [f'{{"text":"{text}"}}' for text in texts])
    assert [answer.status_code for answer in answers] == [200] * REQUESTS
    assert [answer.text for answer in answers] == [text[::-1] for text in texts]


def test_a_pandas_function_answers_each_request_its_own(requests_to, serve):
    df = requests_to("vectorised").parseRequest("n double")
    service = serve("vectorised", df.withColumn("half", half("n")).makeReply("half"))
    answers = answers_of(service, [f'{{"n":{n}}}' for n in range(REQUESTS)])
    assert [answer.json()["half"] for answer in answers] == [n / 2 for n in range(REQUESTS)]


def test_both_kinds_and_a_filter_work_together(requests_to, serve):
    df = requests_to("mixed").parseRequest("mixed", "text string, n double", parsingCheck="full")
    df = df.withColumn("half", half("n")).filter("half < 10").withColumn("back", backwards("text"))
    service = serve("mixed", df.withColumn("both", F.struct("back", "half")).makeReply("both"))
    assert service.post('{"text":"ab","n":3}').json() == {"back": "ba", "half": 1.5}
    assert service.post('{"text":"ab","n":30}').status_code == 500
    assert service.post('{"text":"ab"}').status_code == 400


def test_a_function_that_raises_ends_the_query_without_retries_and_says_so(requests_to, serve):
    df = requests_to("fragile").parseRequest("string")
    service = serve("fragile", df.withColumn("text", fragile("value")).makeReply("text"))
    assert service.post("fine").text == "fine"
    assert service.post("poison").status_code == 503
    with pytest.raises(Exception, match="ValueError: poison"):
        service.query.awaitTermination(60)
