"""One Spark for all tests of a process, and services that stop with their test."""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import sparkserving
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from function_workers import Worker, started

ANY_PORT = 0

# Workers run what runs the tests, not whatever python3 is.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)


@dataclass(frozen=True)
class Service:
    """A running service."""

    query: StreamingQuery
    url: str

    def post(self, body: str | bytes, path: str = "", **options: object) -> requests.Response:
        return requests.post(self.url + path, data=body, timeout=60, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    builder = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
    )
    # After configure, which would let Spark try tasks again: what ends queries is tested here.
    session = sparkserving.configure(builder).master("local[2]").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def requests_to(spark: SparkSession) -> Callable[..., DataFrame]:
    """Gives a service's requests as a stream."""

    def read(name: str, **options: str) -> DataFrame:
        reader = spark.readStream.server().address("localhost", ANY_PORT, name)
        return reader.options(**options).load()

    return read


@pytest.fixture
def serve(spark: SparkSession, tmp_path: Path) -> Iterator[Callable[[str, DataFrame], Service]]:
    """Starts services, each from a DataFrame with a column reply."""
    del spark
    running = []

    def start(name: str, replies: DataFrame) -> Service:
        checkpoint = (tmp_path / f"{name}{len(running)}").as_uri()
        writer = replies.writeStream.server().replyTo(name)
        query = writer.option("checkpointLocation", checkpoint).start()
        running.append(query)
        return Service(query, url_of(name))

    yield start
    for query in running:
        query.stop()


@pytest.fixture
def served(spark: SparkSession) -> Iterator[Callable[..., str]]:
    """Serves models, and gives their addresses."""
    del spark
    running = []

    def start(model: object, *arguments: object, name: str, **named: object) -> str:
        running.append(
            sparkserving.serve_model(model, *arguments, port=ANY_PORT, name=name, **named)
        )
        return url_of(name)

    yield start
    for query in running:
        query.stop()


@pytest.fixture
def start() -> Iterator[Callable[..., Worker]]:
    """Starts processes that run functions, and ends them."""
    yield from started()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def has_real_time(spark: SparkSession) -> bool:
    """Whether this Spark knows the real-time trigger."""
    return tuple(int(part) for part in spark.version.split(".")[:2]) >= (4, 1)


def url_of(name: str) -> str:
    (server,) = sparkserving.service_info(name)
    return f"http://{server.host}:{server.port}/{server.path}"
