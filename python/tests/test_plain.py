"""Sessions whose JVM Python cannot reach: the same answers, in plain columns."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pyspark.sql import functions as F
from sparkserving import _plain, functions

BODIES = [
    '{"foo":"hello","bar":{"n":[1,2]}}',
    '\ufeff \n{"foo":"hello","bar":{"n":[]}}',
    '{"foo":null,"bar":{"n":[1]}}',
    '{"foo":"x","bar":{"n":[1,null]}}',
    '{"foo":"x","bar":{}}',
    '{"foo":"x"}',
    '{"foo":7,"bar":{"n":["text"]}}',
    '{"foo":1e999999999}',
    '["' + 1001 * "[" + 1001 * "]" + '"]',
    '{"foo":' + 1001 * "7" + "}",
    "{}",
    "[]",
    '[{"foo":"x"}]',
    '"text"',
    "null",
    "",
    " ",
    '{"foo":"x"',
    '{"foo":"x"} trailing',
    '{"foo":"x"}{"foo":"y"}',
    '{"foo":"a\tb","bar":{"n":[3]}}',
]
SCHEMAS = [
    "foo string, bar struct<n:array<int>>",
    "foo decimal(5,2)",
    "map<string,string>",
    "array<string>",
    "string",
]


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize("check", ["none", "partial", "types", "full"])
def test_plain_columns_parse_as_java_does(requests_to, serve, schema, check):
    answers = []
    notes = []
    for name, parse in [("java", None), ("plain", _plain.parse_request)]:
        df = requests_to(name)
        if parse is None:
            parsed = df.parseRequest(name, schema, parsingCheck=check)
        else:
            parsed = parse(df, schema, "id", "request", check)
        notes.append(noted(parsed))
        kept = F.struct(*[column for column in parsed.columns if column != "id"])
        service = serve(name, parsed.withColumn("kept", kept).makeReply("kept"))
        answers.append([as_seen(service.post(body.encode())) for body in BODIES])
        service.query.stop()
    javas, ours = answers
    assert ours == javas
    assert notes[0] == notes[1]


def noted(parsed):
    """What the columns say of the request, for its description."""
    (note,) = [f.metadata["sparkserving.request"] for f in parsed.schema if f.metadata]
    return {**note, "type": json.loads(note["type"])}


def as_seen(answer):
    if answer.status_code == 200:
        return answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["detail"].startswith("Expected")
    # Java's says which field is missing, and writes schemas as DDL.
    del problem["detail"]
    return problem


def test_spark_connect_serves(tmp_path):
    pytest.importorskip("grpc", reason="needs pyspark[connect]")
    script = Path(__file__).with_name("connect_service.py")
    process = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert process.returncode == 0, process.stderr[-4000:]
    assert process.stdout.splitlines()[-1] == "served"


def test_a_check_that_is_not_known_is_refused(requests_to):
    with pytest.raises(ValueError, match="Invalid parsingCheck 'some'"):
        _plain.parse_request(requests_to("checked"), "string", "id", "request", "some")


def test_binary_schemas_take_the_bytes(requests_to, serve):
    parsed = _plain.parse_request(requests_to("raw"), "binary", "id", "request", "full")
    service = serve("raw", parsed.withColumn("reply", functions.binary_to_response("bytes")))
    assert service.post(b"\0\xff").content == b"\0\xff"
