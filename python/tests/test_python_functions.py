"""Python's own functions between parseRequest and makeReply."""

from concurrent.futures import ThreadPoolExecutor
from email.parser import BytesParser
from email.policy import HTTP

import pandas as pd
import pytest
import requests
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DoubleType, IntegerType, StringType, StructType

from conftest import ANY_PORT, url_of

CLIENTS = 16
REQUESTS = 400
#: What is told of a part of a form.
PART = StructType().add("field", StringType()).add("file", StringType()).add("size", IntegerType())
#: How a query reads and writes, with which options, and its trigger.
MODES = {
    "head": ("server", {}, None),
    "distributed": ("distributedServer", {}, None),
    "continuous": ("continuousServer", {}, lambda writer: writer.trigger(continuous="1 second")),
    "real_time": ("continuousServer", {}, lambda writer: writer.realTime("5 seconds")),
    "long_batches": ("continuousServer", {"epochLength": "100ms"}, None),
}


@F.udf(StringType())
def backwards(text):
    return None if text is None else text[::-1]


@F.udf(StringType())
def fragile(text):
    if text == "poison":
        raise ValueError(text)
    return text


# What plain functions use by default depends on the version of Spark.
@F.udf(StringType(), useArrow=False)
def pickled(text):
    return text * 2


@F.udf(StringType(), useArrow=True)
def arrow(text):
    return text * 3


@F.pandas_udf(DoubleType())
def half(numbers: pd.Series) -> pd.Series:
    return numbers / 2


@F.udf(ArrayType(PART))
def parts(content, content_type):
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + bytes(content))
    return [
        (
            part.get_param("name", header="Content-Disposition"),
            part.get_filename(),
            len(part.get_payload(decode=True)),
        )
        for part in form.iter_parts()
    ]


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


def test_a_function_reads_what_a_form_uploads(requests_to, serve):
    df = requests_to("uploads")
    entity = df.request.entity
    service = serve(
        "uploads",
        df.withColumn("parts", parts(entity.content, entity.contentType.value)).makeReply("parts"),
    )
    picture = bytes(range(256)) * 1000
    answer = requests.post(
        service.url,
        data={"title": "a cat"},
        files={"picture": ("cat, \N{CAT FACE}.png", picture, "image/png")},
        timeout=60,
    )
    assert answer.json() == [
        {"field": "title", "size": 5},
        {"field": "picture", "file": "cat, \N{CAT FACE}.png", "size": len(picture)},
    ]


def test_a_function_that_raises_fails_one_request(requests_to, serve):
    df = requests_to("fragile").parseRequest("string")
    service = serve("fragile", df.withColumn("text", fragile("value")).makeReply("text"))
    assert service.post("fine").text == "fine"
    assert service.post("poison").status_code == 500
    assert service.post("fine").text == "fine"


def with_lengths(df):
    def mapped(frames):
        for frame in frames:
            yield frame.assign(length=frame["value"].str.len())

    return df.mapInPandas(mapped, StructType([*df.schema.fields]).add("length", "long"))


def requests_in(mode, spark):
    method, options, _ = MODES[mode]
    reader = getattr(spark.readStream, method)().address("localhost", ANY_PORT, mode)
    return reader.options(numPartitions=1, **options).load().parseRequest("string")


def start(mode, df):
    method, _, trigger = MODES[mode]
    writer = getattr(df.writeStream, method)().replyTo(mode)
    return (trigger(writer) if trigger else writer).start()


@pytest.mark.filterwarnings("ignore:This query runs Python functions")
@pytest.mark.parametrize("mode", MODES)
def test_functions_of_all_kinds_answer_in_every_mode(spark, mode):
    if mode == "real_time" and tuple(map(int, spark.version.split(".")[:2])) < (4, 1):
        pytest.skip("needs Spark 4.1")
    df = requests_in(mode, spark)
    # Spark refuses mapInPandas with the continuous trigger.
    df = df.withColumn("length", F.length("value")) if mode == "continuous" else with_lengths(df)
    df = df.withColumn("half", half(F.col("length").cast("double")))
    df = df.withColumn("two", pickled("value")).withColumn("three", arrow("value"))
    replies = df.withColumn("all", F.struct("length", "half", "two", "three")).makeReply("all")
    query = start(mode, replies)
    bodies = ["ab", "cde"]
    try:
        with ThreadPoolExecutor() as clients:
            answers = clients.map(
                lambda body: requests.post(url_of(mode), data=body, timeout=60), bodies
            )
        assert [answer.json() for answer in answers] == [
            {"length": len(body), "half": len(body) / 2, "two": body * 2, "three": body * 3}
            for body in bodies
        ]
    finally:
        query.stop()


@pytest.mark.filterwarnings("ignore:This query runs Python functions")
def test_functions_of_whole_frames_are_refused_with_the_continuous_trigger(spark):
    replies = with_lengths(requests_in("continuous", spark)).makeReply("length")
    with pytest.raises(AnalysisException, match="does not support MapInPandas"):
        start("continuous", replies)
