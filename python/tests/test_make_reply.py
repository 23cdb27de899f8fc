import datetime
import decimal
import json

import pytest
from pyspark.ml.linalg import Vectors, VectorUDT
from pyspark.sql import functions as F
from sparkserving import _plain
from sparkserving.functions import make_reply

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
JSON = "application/json"

REPLIES = [
    ("'Grüße'", TEXT, "Grüße".encode()),
    ("X'00FF'", BYTES, b"\x00\xff"),
    ("named_struct('a', 1, 'b', 'x')", JSON, {"a": 1, "b": "x"}),
    ("map('k', 1.5D)", JSON, {"k": 1.5}),
    ("array(named_struct('a', 1))", JSON, [{"a": 1}]),
    ("array(map('k', true))", JSON, [{"k": True}]),
    ("array(1, 2)", JSON, {"answer": [1, 2]}),
    ("array('x')", JSON, {"answer": ["x"]}),
    ("1", JSON, {"answer": 1}),
    ("1L", JSON, {"answer": 1}),
    ("0.1D", JSON, {"answer": 0.1}),
    ("true", JSON, {"answer": True}),
    ("CAST(1.10 AS DECIMAL(10, 2))", JSON, {"answer": 1.10}),
    ("DATE '2026-01-02'", JSON, {"answer": "2026-01-02"}),
    ("TIMESTAMP '2026-01-02 03:04:05Z'", JSON, {"answer": "2026-01-02T03:04:05.000Z"}),
    ("CAST(NULL AS STRING)", None, b""),
    ("CAST(NULL AS INT)", JSON, {"answer": None}),
]


@pytest.mark.parametrize(("value", "content_type", "body"), REPLIES)
def test_a_reply_suits_its_type(spark, requests_to, serve, value, content_type, body):
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    df = requests_to("typed").withColumn("answer", F.expr(value))
    answer = serve("typed", df.makeReply("answer")).post("")
    assert answer.status_code == 200
    assert answer.headers.get("Content-Type") == content_type
    assert (answer.content if isinstance(body, bytes) else answer.json()) == body


def test_vectors_are_arrays_of_numbers(requests_to, serve):
    dense = F.udf(lambda n: Vectors.dense([n, 0.5]), VectorUDT())
    sparse = F.udf(lambda n: Vectors.sparse(3, {1: n}), VectorUDT())
    df = requests_to("vectors").parseRequest("n double")
    df = df.withColumn("both", F.struct(dense("n").alias("dense"), sparse("n").alias("sparse")))
    service = serve("vectors", df.makeReply("both"))
    assert service.post('{"n":2}').json() == {"dense": [2.0, 0.5], "sparse": [0.0, 2.0, 0.0]}
    service.query.stop()
    alone = requests_to("vector").parseRequest("n double").withColumn("vector", dense("n"))
    assert serve("vector", alone.makeReply("vector")).post('{"n":1}').json() == {
        "vector": [1.0, 0.5]
    }


ROW = {
    "string": "x",
    "binary": bytearray(b"\x00"),
    "number": 7,
    "decimal": decimal.Decimal("1.10"),
    "date": datetime.date(2026, 1, 2),
    "vector": Vectors.dense([1.0, 2.0]),
    "array": [1, 2],
    "struct": {"a": 1, "v": Vectors.sparse(2, {0: 1.0})},
    "structs": [{"a": 1}],
}


@pytest.mark.parametrize("column", [*ROW, "struct.v", "nothing"])
def test_plain_columns_make_the_same_replies_as_java(spark, column):
    schema = (
        "string string, binary binary, number bigint, decimal decimal(10,2), date date,"
        " array array<int>, structs array<struct<a:int>>, nothing int"
    )
    plain = {name: value for name, value in ROW.items() if name not in {"vector", "struct"}}
    df = spark.createDataFrame([{**plain, "nothing": None}], schema)
    vector = F.udf(lambda: ROW["vector"], VectorUDT())
    sparse = F.udf(lambda: ROW["struct"]["v"], VectorUDT())
    df = df.withColumn("vector", vector())
    df = df.withColumn("struct", F.struct(F.lit(1).alias("a"), sparse().alias("v")))
    ours = _plain.make_reply(df, column, "reply").select("reply")
    javas = df.makeReply(column).select("reply")
    assert described(ours) == described(javas)
    assert ours.collect() == javas.collect()


def described(replies):
    """The schema, with the JSON in its metadata read, whose order does not matter."""
    (field,) = replies.schema.jsonValue()["fields"]
    note = field["metadata"]["sparkserving.reply"]
    note["type"] = json.loads(note["type"])
    return field


def test_make_reply_as_a_function_takes_status_and_key(spark, requests_to, serve):
    df = requests_to("function").parseRequest("n int")
    reply = make_reply("n", df.schema["n"].dataType, 201, "Created", "count")
    answer = serve("function", df.withColumn("reply", reply)).post('{"n":3}')
    assert answer.status_code == 201
    assert json.loads(answer.text) == {"count": 3}
