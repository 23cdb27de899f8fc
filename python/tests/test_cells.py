"""Cells of a notebook that people run again, in the order in which they please."""

import socket

import pytest
import requests
from pyspark.sql import functions as F


def free_port() -> int:
    with socket.create_server(("localhost", 0)) as server:
        return server.getsockname()[1]


def test_cells_can_be_run_again(spark, tmp_path):
    port = free_port()

    def read(**options):
        reader = spark.readStream.server().address("localhost", port, "cells")
        return reader.options(**options).load().parseRequest("string")

    def start(df, version):
        replies = df.withColumn("value", F.concat(F.lit(version), "value")).makeReply("value")
        writer = replies.writeStream.server().replyTo("cells").queryName("cells")
        return writer.option("checkpointLocation", tmp_path.as_uri()).start()

    def ask():
        return requests.post(f"http://localhost:{port}/cells", data="x", timeout=60).text

    df = read()
    df = read()
    first = start(df, "first ")
    try:
        assert ask() == "first x"
        df = read()
        assert ask() == "first x"
        with pytest.raises(RuntimeError, match="which goes on, has it"):
            start(df, "second ")
        assert ask() == "first x"
        first.stop()
        first.stop()
        start(df, "second ")
        assert ask() == "second x"
    finally:
        for query in spark.streams.active:
            query.stop()


def test_a_cell_run_again_with_takeover_replaces_the_service(spark):
    port = free_port()

    def run(version):
        reader = spark.readStream.server().address("localhost", port, "replaced_cell")
        df = reader.option("takeover", True).load().parseRequest("string")
        replies = df.withColumn("value", F.lit(version)).makeReply("value")
        return replies.writeStream.server().replyTo("replaced_cell").start()

    def ask():
        return requests.post(f"http://localhost:{port}/replaced_cell", data="x", timeout=60).text

    queries = []
    try:
        for version in ["one", "two"]:
            queries.append(run(version))
            assert ask() == version
    finally:
        for query in queries:
            query.stop()
