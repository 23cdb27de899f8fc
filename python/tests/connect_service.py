"""Serves over Spark Connect, asks it, and prints "served". Argument: a folder for checkpoints.

A program of its own, since a Python process has either a classic session or one of Connect.
"""

import socket
import sys
from pathlib import Path

import requests
import sparkserving
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from requests.adapters import HTTPAdapter
from sparkserving.functions import string_to_response
from urllib3.util import Retry


def free_port() -> int:
    with socket.create_server(("localhost", 0)) as server:
        return server.getsockname()[1]


def ask_until_it_listens(url: str, body: str) -> requests.Response:
    """Servers of a continuous service start with its first tasks, after Connect's start()."""
    retries = Retry(total=None, connect=50, backoff_factor=0.1, backoff_max=1)
    with requests.Session() as client:
        client.mount("http://", HTTPAdapter(max_retries=retries))
        return client.post(url, data=body, timeout=60)


def main(folder: str) -> None:
    builder = SparkSession.builder.config("spark.ui.enabled", "false").remote("local[2]")
    spark = sparkserving.configure(builder).getOrCreate()
    port = free_port()
    df = spark.readStream.server().address("localhost", port, "connected").load()
    parsed = df.parseRequest("foo string, bar int")
    replies = parsed.withColumn("fooLength", F.length("foo")).makeReply("fooLength")
    writer = replies.writeStream.server().replyTo("connected")
    query = writer.option("checkpointLocation", Path(folder, "first").as_uri()).start()
    url = f"http://localhost:{port}/connected"
    good = requests.post(url, data='{"foo":"hello","bar":1}', timeout=60)
    assert good.json() == {"fooLength": 5}, good.text
    bad = requests.post(url, data="nonsense", timeout=60)
    assert bad.status_code == 400, bad.text
    query.stop()

    df = spark.readStream.server().address("localhost", port, "functional").load()
    replies = df.withColumn("reply", string_to_response(F.lit("made of columns"), 201, "Created"))
    writer = replies.writeStream.server().reply_to("functional")
    query = writer.option("checkpointLocation", Path(folder, "second").as_uri()).start()
    made = requests.get(f"http://localhost:{port}/functional", timeout=60)
    assert (made.status_code, made.text) == (201, "made of columns")
    query.stop()

    for name, triggered in [
        ("unending", lambda writer: writer.trigger(continuous="1 second")),
        ("real", lambda writer: writer.realTime("5 minutes")),
    ]:
        df = spark.readStream.continuousServer().address("localhost", port, name).load()
        writer = triggered(df.parseRequest("string").makeReply("value").writeStream)
        writer = writer.continuousServer().replyTo(name)
        try:
            writer.supervise()
        except NotImplementedError as error:
            assert "Use start()" in str(error)  # noqa: PT017
        else:
            raise AssertionError("supervise needs the JVM")
        query = writer.option("checkpointLocation", Path(folder, name).as_uri()).start()
        answer = ask_until_it_listens(f"http://localhost:{port}/{name}", "echo")
        assert answer.text == "echo", answer.text
        query.stop()

    try:
        sparkserving.service_info("functional")
    except NotImplementedError as error:
        assert "Spark Connect" in str(error)  # noqa: PT017
    else:
        raise AssertionError("service_info needs the JVM")
    spark.stop()
    print("served")


if __name__ == "__main__":
    main(sys.argv[1])
