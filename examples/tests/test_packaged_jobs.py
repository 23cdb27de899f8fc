"""The factoring jobs, as a user submits them to a cluster, on separate processes throughout."""

import http.client
import json
import re
import socket
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from spark_processes import (
    LOOPBACK,
    SparkProcess,
    StandaloneCluster,
    get_json,
    print_log,
    wait_for,
)
from submitting import built, free_port

API = "prime_factors"
LANGUAGES = ["java", "scala", "python"]

CLIENTS = 8
REQUESTS_PER_CLIENT = 40
#: Two factors above three thousand million: minutes of work.
SLOW = 3037000493 * 3037000493
#: Two factors of sixty million: a second, or a few in Python.
A_WHILE = 60000011 * 60000011
SLOW_REQUESTS = 6
#: Logged when a query, a job or a shutdown hook fails. Other stack traces are Spark's, of messages
#: between a driver and executors of which one has just gone.
FAILED_STOP = (
    r"Exception in thread|Traceback|terminated with error|\bat io\.sparkserving\."
    r"|Cannot stop|ShutdownHook .*(?:failed|timeout)"
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Client:
    """One connection, kept alive."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("localhost", port, timeout=90)

    def factor(self, number: int) -> Answer:
        self._connection.request("POST", f"/{API}", json.dumps({"number": number}))
        response = self._connection.getresponse()
        return Answer(response.status, response.headers, response.read())

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True)
class Job:
    process: SparkProcess
    #: Where clients call.
    port: int
    #: What the driver has for temporary files.
    temporary: Path

    def wait_until_it_answers(self) -> None:
        """The first batch starts the executors, and loads and compiles what they run."""

        def look() -> bool | None:
            self.process.expect_running()
            client = Client(self.port)
            try:
                return client.factor(6).status == 200 or None
            except ConnectionRefusedError:
                return None
            finally:
                client.close()

        wait_for(f"an answer on port {self.port}", look, 120)


def submission(language: str) -> list[str]:
    """What tells spark-submit what to run, and with what."""
    if language == "python":
        script = Path(__file__).parents[1] / "src" / "main" / "python" / "prime_factors.py"
        return ["--jars", built("BUNDLE_JAR"), "--py-files", built("WHEEL"), str(script)]
    if language == "scala":
        jars = f"{built('BUNDLE_JAR')},{built('SCALA_JAR')}"
        main = "io.sparkserving.examples.PrimeFactorsInScala"
    else:
        jars = built("BUNDLE_JAR")
        main = "io.sparkserving.examples.PrimeFactors"
    return ["--jars", jars, "--class", main, built("EXAMPLES_JAR")]


@contextmanager
def submitted(
    cluster: StandaloneCluster, folder: Path, language: str, arguments: list[str], port: int
) -> Iterator[Job]:
    """A job that runs, with its own arguments; clients are to call the port."""
    temporary = folder / "temporary"
    temporary.mkdir()
    process = cluster.submit(
        folder / "job.log",
        [
            "--driver-java-options", f"-Djava.io.tmpdir={temporary}",
            *submission(language), *arguments,
        ],
    )  # fmt: skip
    try:
        yield Job(process, port, temporary)
    finally:
        process.kill()
        # Pytest shows these where a test has failed.
        print_log(process.log)
        cluster.print_logs()


@pytest.fixture(params=LANGUAGES)
def job(
    request: pytest.FixtureRequest, cluster: StandaloneCluster, tmp_path: Path
) -> Iterator[Job]:
    port = free_port()
    arguments = ["localhost", str(port)]
    with submitted(cluster, tmp_path, request.param, arguments, port) as running:
        yield running


@pytest.fixture(params=LANGUAGES)
def distributed_job(
    request: pytest.FixtureRequest, cluster: StandaloneCluster, tmp_path: Path
) -> Iterator[Job]:
    """Each executor has a server, and the driver a gateway."""
    gateway = free_port()
    arguments = ["localhost", "0", str(gateway)]
    with submitted(cluster, tmp_path, request.param, arguments, gateway) as running:
        yield running


@pytest.fixture
def continuous_job(cluster: StandaloneCluster, tmp_path: Path) -> Iterator[Job]:
    """Each executor has a server, and a task that goes on and on."""
    port = free_port()
    arguments = ["localhost", str(port), "continuous"]
    with submitted(cluster, tmp_path, "java", arguments, port) as running:
        yield running


def ports_of_two(job: Job) -> set[int] | None:
    """Both servers' ports, which the driver logs as it learns of them."""
    found = re.findall(r"Executor \S+ listens at \S+:(\d+)", job.process.log_text())
    return {int(port) for port in found} if len(found) == 2 else None


def prime_factors(number: int) -> list[int]:
    for divisor in range(2, number):
        if number % divisor == 0:
            return [divisor, *prime_factors(number // divisor)]
    return [number]


def expect_clean_end(job: Job, cluster: StandaloneCluster, *other_ports: int) -> None:
    """On SIGTERM to spark-submit alone."""
    before = len(job.process.log_text())
    started = time.monotonic()
    status = job.process.terminate()
    print(f"ended with {status} after {time.monotonic() - started:.1f} s")
    assert status == 143, "terminated by the signal"
    for port in (job.port, *other_ports):
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind((LOOPBACK, port))
    wait_for("the end of all it started", lambda: None if job.process.family() else True, 10)
    wait_for("the end of its executors", lambda: executors_are_gone(cluster) or None, 20)
    assert list(job.temporary.glob("spark-serving-*")) == []
    log = job.process.log_text()[before:]
    assert [line for line in log.splitlines() if re.search(FAILED_STOP, line)] == []


def held_by_tasks(port: int) -> float:
    """How many of a server's requests are with tasks."""
    return metric(port, "spark_serving_leased")


def tasks_at(port: int) -> float:
    """How many tasks hold requests of a server, or go on taking some."""
    return metric(port, "spark_serving_leases")


def metric(port: int, name: str) -> float:
    """Sum what a server tells of a metric."""
    with urllib.request.urlopen(f"http://localhost:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


def executors_are_gone(cluster: StandaloneCluster) -> bool:
    """And with them the Python workers that they started."""
    return not any(cluster.executors().values()) and all(
        len(worker.family()) == 1 for worker in cluster.workers
    )


def test_every_reply_belongs_to_its_request_and_both_workers_compute(
    job: Job, cluster: StandaloneCluster
) -> None:
    job.wait_until_it_answers()

    def ask(client_number: int) -> list[str]:
        client = Client(job.port)
        executors = []
        for request in range(REQUESTS_PER_CLIENT):
            number = 2 + client_number * REQUESTS_PER_CLIENT + request
            answer = client.factor(number)
            assert answer.status == 200, answer
            reply = json.loads(answer.body)
            executors.append(reply.pop("executor"))
            assert reply == {"number": number, "factors": prime_factors(number)}
        client.close()
        return executors

    started = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        answering = [executor for asked in clients.map(ask, range(CLIENTS)) for executor in asked]
    counts = {executor: answering.count(executor) for executor in sorted(set(answering))}
    print(f"{len(answering)} replies in {time.monotonic() - started:.1f} s, by executor: {counts}")

    assert len(answering) == CLIENTS * REQUESTS_PER_CLIENT
    executors = cluster.executors()
    assert len(executors) == 2
    for worker, of_worker in executors.items():
        assert of_worker & counts.keys(), f"no reply was computed on {worker}"
    assert counts.keys() <= set.union(*executors.values())

    expect_clean_end(job, cluster)


def test_requests_in_flight_are_answered_when_it_is_terminated(
    job: Job, cluster: StandaloneCluster
) -> None:
    job.wait_until_it_answers()
    tasks = job.process.log_text().count("Starting task")
    with ThreadPoolExecutor(SLOW_REQUESTS) as clients:
        asked = [clients.submit(Client(job.port).factor, SLOW) for _ in range(SLOW_REQUESTS)]
        wait_for(
            "a task that computes",
            lambda: job.process.log_text().count("Starting task") > tasks or None,
        )
        assert not any(answer.done() for answer in asked)
        expect_clean_end(job, cluster)
        for answer in [waiting.result(timeout=5) for waiting in asked]:
            assert answer.status == 503, answer
            assert answer.headers["Retry-After"]
            assert answer.headers["Content-Type"] == "application/problem+json"


def test_every_executor_serves_in_distributed_mode(
    distributed_job: Job, cluster: StandaloneCluster
) -> None:
    job = distributed_job
    job.wait_until_it_answers()
    servers = get_json(f"http://localhost:{job.port}/_serving/services/{API}")
    ports = [server["port"] for server in servers]
    assert len(set(ports)) == 2
    executors = cluster.executors()
    assert len(executors) == 2

    def ask(port: int) -> set[str]:
        client = Client(port)
        answering = set()
        for number in range(2, 12):
            answer = client.factor(number)
            assert answer.status == 200, answer
            reply = json.loads(answer.body)
            answering.add(reply.pop("executor"))
            assert reply == {"number": number, "factors": prime_factors(number)}
        client.close()
        return answering

    with ThreadPoolExecutor(CLIENTS) as clients:
        own = list(clients.map(ask, ports))
        through_gateway = set.union(*clients.map(ask, [job.port] * CLIENTS))
    print(f"executors that answered: {own} by server, {through_gateway} through the gateway")

    assert [len(answering) for answering in own] == [1, 1], "each server is its executor's own"
    assert set.union(*own) == through_gateway == set.union(*executors.values())

    # A batch that goes on, or begins for the first slow request, would have tasks at one server
    # alone. So all of them wait while a batch computes something else, and come with the next.
    wait_for("the last batch to end", lambda: not any(map(tasks_at, ports)) or None)
    with ThreadPoolExecutor(SLOW_REQUESTS + 1) as clients:
        before = clients.submit(Client(ports[0]).factor, A_WHILE)
        wait_for("a task that computes", lambda: held_by_tasks(ports[0]) or None)
        asked = [
            clients.submit(Client(port).factor, SLOW)
            for port in [*ports, *ports, job.port, job.port]
        ]
        assert before.result(timeout=60).status == 200
        wait_for("tasks that compute", lambda: all(map(held_by_tasks, ports)) or None)
        assert not any(answer.done() for answer in asked)
        expect_clean_end(job, cluster, *ports)
        for answer in [waiting.result(timeout=5) for waiting in asked]:
            assert answer.status == 503, answer
            assert answer.headers["Retry-After"]
            assert answer.headers["Content-Type"] == "application/problem+json"


def test_every_executor_serves_without_starting_tasks_in_continuous_mode(
    continuous_job: Job, cluster: StandaloneCluster
) -> None:
    job = continuous_job
    job.wait_until_it_answers()

    def ask(port: int) -> str:
        client = Client(port)
        executors = []
        for number in range(2, 42):
            answer = client.factor(number)
            assert answer.status == 200, answer
            reply = json.loads(answer.body)
            executors.append(reply.pop("executor"))
            assert reply == {"number": number, "factors": prime_factors(number)}
        client.close()
        (executor,) = set(executors)
        return executor

    tasks = job.process.log_text().count("Starting task")
    # Both executors are on this machine: one has the port, the other the next that is free.
    servers = wait_for("a server on each executor", lambda: ports_of_two(job), 30)
    answering = {ask(port) for port in servers}
    assert len(answering) == 2
    assert answering == set.union(*cluster.executors().values())
    assert job.process.log_text().count("Starting task") == tasks
    expect_clean_end(job, cluster, *servers)
