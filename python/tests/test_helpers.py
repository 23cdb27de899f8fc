import subprocess
import sys
import time

import pytest
import requests
import sparkserving
from pyspark.errors import IllegalArgumentException
from pyspark.sql import functions as F
from pyspark.sql.types import IntegerType, StringType, StructType

from conftest import ANY_PORT, url_of

SCHEMA = StructType().add("foo", StringType()).add("bar", IntegerType())
BODY = '{"foo":"hello","bar":1}'


def test_the_names_in_camel_case_serve(spark, tmp_path):
    df = (
        spark.readStream.server()
        .address("localhost", ANY_PORT, "camel")
        .load()
        .parseRequest(SCHEMA)
    )
    replies = df.withColumn("fooLength", F.length("foo")).makeReply("fooLength")
    query = (
        replies.writeStream.server()
        .replyTo("camel")
        .queryName("camel_query")
        .option("checkpointLocation", tmp_path.as_uri())
        .start()
    )
    try:
        assert query.name == "camel_query"
        assert requests.post(url_of("camel"), data=BODY, timeout=60).json() == {"fooLength": 5}
    finally:
        query.stop()


def test_the_names_in_snake_case_serve(spark):
    df = spark.readStream.server().address("localhost", ANY_PORT, "snake").load()
    replies = df.parse_request(SCHEMA).make_reply("bar", "answer")
    writer = replies.writeStream.server().reply_to("snake").option("replyCol", "answer")
    query = writer.start()
    try:
        assert requests.post(url_of("snake"), data=BODY, timeout=60).json() == {"bar": 1}
    finally:
        query.stop()


def test_a_service_can_have_all_paths(spark):
    df = spark.readStream.server().address("localhost", ANY_PORT, "/").load()
    replies = df.parse_request(SCHEMA).make_reply("bar")
    query = replies.writeStream.server().reply_to("root").start()
    try:
        url = url_of("root")
        assert url.endswith("/")
        for path in ("", "v1/models/my_model:predict"):
            assert requests.post(url + path, data=BODY, timeout=60).json() == {"bar": 1}
        assert requests.get(url + "readyz", timeout=60).status_code == 200
    finally:
        query.stop()


@pytest.mark.parametrize(
    ("arguments", "keywords"),
    [
        ((SCHEMA,), {}),
        (("foo string, bar int",), {}),
        ((), {"schema": SCHEMA}),
        (("overloaded", SCHEMA), {}),
        (("overloaded", SCHEMA, "id", "request", "full"), {}),
        ((SCHEMA,), {"parsingCheck": "full"}),
    ],
)
def test_parse_request_takes_a_schema_alone_and_with_everything(
    requests_to, serve, arguments, keywords
):
    parsed = requests_to("overloaded").parseRequest(*arguments, **keywords)
    assert parsed.columns == ["id", "foo", "bar"]
    service = serve("overloaded", parsed.makeReply("foo"))
    assert service.post(BODY).text == "hello"
    assert service.post("[1]").status_code == 400


def test_parse_request_finds_columns_of_other_names(requests_to, serve):
    df = requests_to("renamed").withColumnRenamed("request", "http")
    parsed = df.parseRequest("renamed", SCHEMA, requestCol="http", parsingCheck="none")
    service = serve("renamed", parsed.makeReply("bar"))
    assert service.post(BODY).json() == {"bar": 1}
    assert service.post("nonsense").json() == {"bar": None}


@pytest.mark.parametrize("in_place", [False, True])
def test_a_body_may_be_records(requests_to, serve, in_place):
    name = f"records_{in_place}".lower()
    parsed = requests_to(name).parseRequest(
        SCHEMA, records=True, maxRecords=3, errorsInPlace=in_place, parsingCheck="types"
    )
    service = serve(name, parsed.makeReply("bar"))
    assert service.post(BODY).json() == {"bar": 1}
    assert service.post('[{"bar": 1}, {"bar": 2}]').json() == [{"bar": 1}, {"bar": 2}]
    assert service.post("[{}, {}, {}, {}]").status_code == 400
    bad = service.post('[{"bar": 1}, {"bar": "x"}]')
    if in_place:
        assert [record.get("status", record.get("bar")) for record in bad.json()] == [1, 400]
    else:
        assert bad.status_code == 400
        assert "'[1].bar' is \"x\", expected int" in bad.json()["detail"]


def test_records_are_one_at_least(requests_to):
    with pytest.raises(IllegalArgumentException, match="Invalid maxRecords 0"):
        requests_to("no_records").parseRequest(SCHEMA, records=True, maxRecords=0)


def test_parse_request_wants_a_schema(requests_to):
    for arguments in [(), (SCHEMA, SCHEMA)]:
        with pytest.raises(TypeError, match=r"Missing schema: expected parseRequest\(schema\)"):
            requests_to("unparsed").parseRequest(*arguments)


@pytest.mark.parametrize("server", ["distributedServer", "distributed_server"])
def test_a_distributed_service_answers(spark, server):
    df = getattr(spark.readStream, server)().address("localhost", ANY_PORT, "spread").load()
    replies = df.parseRequest(SCHEMA).makeReply("bar")
    query = getattr(replies.writeStream, server)().replyTo("spread").start()
    try:
        assert requests.post(url_of("spread"), data=BODY, timeout=60).json() == {"bar": 1}
        assert requests.post(url_of("spread"), data="nonsense", timeout=60).status_code == 400
    finally:
        query.stop()


def test_options_are_sparks_own(spark, serve):
    df = (
        spark.readStream.option("NAME", "by_option")
        .server()
        .options(port=ANY_PORT, path="by/path", includeTimestamp=True, numPartitions=1)
        .load()
    )
    assert df.columns == ["id", "request", "timestamp"]
    service = serve("by_option", df.parseRequest("string").makeReply("value"))
    assert service.url.endswith("/by/path")
    assert service.post("echo").text == "echo"


def test_start_takes_what_sparks_own_start_takes(spark, tmp_path):
    df = spark.readStream.server().address("localhost", ANY_PORT, "started").load()
    writer = df.parseRequest("binary").makeReply("bytes").writeStream.queryName("replaced").server()
    query = writer.start(
        outputMode="update",
        queryName="named",
        name="started",
        checkpointLocation=tmp_path.as_uri(),
    )
    try:
        assert query.name == "named"
        assert requests.post(url_of("started"), data=b"\0\1", timeout=60).content == b"\0\1"
        assert (tmp_path / "offsets").is_dir()
    finally:
        query.stop()


def test_a_service_can_be_looked_up(requests_to, serve):
    service = serve("known", requests_to("known").parseRequest("string").makeReply("value"))
    (server,) = sparkserving.service_info("known")
    assert server in sparkserving.service_info()
    assert (server.name, server.host, server.path) == ("known", "localhost", "known")
    assert f":{server.port}/" in service.url
    assert server.machine_address
    assert server.forwarded_address is None


def test_a_service_starts_again_on_its_port_and_checkpoint(spark, tmp_path):
    port = ANY_PORT
    for body in ["first", "second", "third"]:
        df = spark.readStream.server().address("localhost", port, "again").load()
        replies = df.parseRequest("string").makeReply("value")
        writer = replies.writeStream.server().replyTo("again")
        query = writer.option("checkpointLocation", tmp_path.as_uri()).start()
        try:
            (server,) = sparkserving.service_info("again")
            assert port in (ANY_PORT, server.port)
            port = server.port
            assert requests.post(url_of("again"), data=body, timeout=60).text == body
        finally:
            query.stop()
        with pytest.raises(requests.ConnectionError):
            requests.post(f"http://localhost:{port}/again", data="late", timeout=60)


def test_two_sessions_serve_at_once(spark, requests_to, serve):
    other = spark.newSession()
    other.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    theirs = other.readStream.server().address("localhost", ANY_PORT, "tokyo").load()
    ours = requests_to("here")
    replies = theirs.parseRequest("string").withColumn("zone", F.expr("current_timezone()"))
    tokyo = serve("tokyo", replies.makeReply("zone"))
    here = serve("here", ours.parseRequest("string").makeReply("value"))
    assert tokyo.post("x").text == "Asia/Tokyo"
    assert here.post("x").text == "x"
    tokyo.query.stop()
    assert here.post("y").text == "y"


def test_the_request_itself_is_there(requests_to, serve):
    df = requests_to("whole")
    seen = F.concat_ws(
        " ",
        df.request.requestLine.method,
        df.request.requestLine.uri,
        F.expr("filter(request.headers, h -> lower(h.name) = 'x-seen')[0].value"),
    )
    service = serve("whole", df.withColumn("seen", seen).makeReply("seen"))
    answer = requests.put(service.url + "/sub?q=1", headers={"X-Seen": "yes"}, timeout=60)
    assert answer.text == "PUT /whole/sub?q=1 yes"


def test_importing_starts_no_jvm_and_loads_nothing_heavy(tmp_path):
    code = (
        "import sys, pyspark.sql; before = set(sys.modules); import sparkserving;"
        "from pyspark import SparkContext; assert SparkContext._gateway is None;"
        "loaded = {m.split('.')[0] for m in set(sys.modules) - before};"
        "assert not loaded & {'numpy', 'pandas', 'pyarrow', 'grpc'}, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, timeout=60)


def test_requests_that_come_now_and_then_are_of_one_batch(requests_to, serve):
    service = serve("patient", requests_to("patient").parseRequest("string").makeReply("value"))
    for number in range(10):
        assert service.post(str(number)).text == str(number)
        time.sleep(0.1)
    service.query.processAllAvailable()
    assert service.query.lastProgress["batchId"] < 5
