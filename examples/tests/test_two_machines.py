"""A distributed service whose executors have addresses of their own, on two machines."""

import http.client
import json
import socket
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from network_namespaces import CannotMakeNamespacesError, TwoMachines
from spark_processes import SparkProcess, StandaloneCluster, get_json, print_log, wait_for
from submitting import built

CLIENTS = 4
REQUESTS_PER_CLIENT = 15


@pytest.fixture(scope="module")
def machines() -> Iterator[TwoMachines]:
    try:
        with TwoMachines() as made:
            yield made
    except CannotMakeNamespacesError as refused:
        pytest.skip(f"Cannot make network namespaces, which takes root and iproute2. {refused}")


@pytest.fixture(scope="module")
def cluster(
    machines: TwoMachines, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StandaloneCluster]:
    folder = tmp_path_factory.mktemp("two-machines")
    running = StandaloneCluster(folder, machines.here, machines.workers)
    yield running
    running.stop()


@pytest.fixture
def job(
    machines: TwoMachines, cluster: StandaloneCluster, tmp_path: Path
) -> Iterator[tuple[SparkProcess, int]]:
    with socket.socket() as any_port:
        any_port.bind((machines.here.address, 0))
        gateway = any_port.getsockname()[1]
    script = str(Path(__file__).with_name("hops.py"))
    arguments = ["--jars", built("BUNDLE_JAR"), "--py-files", built("WHEEL"), script, str(gateway)]
    process = cluster.submit(tmp_path / "job.log", arguments)
    try:
        yield process, gateway
    finally:
        process.kill()
        # Pytest shows these where a test has failed.
        print_log(process.log)
        cluster.print_logs()


def hops(host: str, port: int, client: int) -> set[tuple[str, str]]:
    """Asks on one connection; the executors that took and answered."""
    connection = http.client.HTTPConnection(host, port, timeout=60)
    seen = set()
    for number in range(REQUESTS_PER_CLIENT):
        text = f"{host}:{port} {client} {number}"
        connection.request("POST", "/hops", text)
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, body
        reply = json.loads(body)
        assert reply.pop("value") == text
        seen.add((reply["taker"], reply["replier"]))
    connection.close()
    return seen


def test_servers_on_two_machines_are_reached_and_reach_each_other(
    machines: TwoMachines, cluster: StandaloneCluster, job: tuple[SparkProcess, int]
) -> None:
    process, gateway = job
    directory = f"http://{machines.here.address}:{gateway}/_serving/services/hops"

    def two_servers() -> list[dict[str, str]] | None:
        process.expect_running()
        try:
            servers: list[dict[str, str]] = get_json(directory)
        except OSError:
            return None
        return servers if len(servers) == 2 else None

    servers = wait_for("two servers", two_servers, 120)
    own = [machine.address for machine in machines.workers]
    assert sorted(server["machineAddress"] for server in servers) == own
    assert {server["host"] for server in servers} == {"0.0.0.0"}

    addresses = [(server["machineAddress"], int(server["port"])) for server in servers]
    with ThreadPoolExecutor(2 * CLIENTS) as clients:
        asked = [
            (address, clients.submit(hops, *address, client))
            for address in addresses
            for client in range(CLIENTS)
        ]
        by_server: dict[tuple[str, int], set[tuple[str, str]]] = {}
        for address, seen in asked:
            by_server.setdefault(address, set()).update(seen.result())
        through_gateway = set.union(
            *clients.map(
                lambda client: hops(machines.here.address, gateway, client), range(CLIENTS)
            )
        )
    print(f"executors that took and answered: {by_server}, through the gateway {through_gateway}")

    executors = {executor for (executor,) in cluster.executors().values()}
    takers = [{taker for taker, _ in seen} for seen in by_server.values()]
    assert [len(of_server) for of_server in takers] == [1, 1], "each server takes its own"
    assert set.union(*takers) == executors
    for server, seen in by_server.items():
        assert {replier for _, replier in seen} == executors, f"no reply crossed to {server}"
    assert {taker for taker, _ in through_gateway} == executors

    with urllib.request.urlopen(f"{directory}/load-balancers/nginx", timeout=10) as answer:
        nginx = answer.read().decode()
    for host, port in addresses:
        assert f"server {host}:{port} " in nginx

    assert process.terminate() == 143
    for address in addresses:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address, timeout=5).close()
