"""Configuration for load balancers before a service that runs."""

import pytest
import sparkserving
from pyspark.errors import IllegalArgumentException


@pytest.fixture
def server(requests_to, serve):
    serve("balanced", requests_to("balanced").parseRequest("string").makeReply("value"))
    (server,) = sparkserving.service_info("balanced")
    return server


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("nginx", "server 127.0.0.1:{port} max_fails=1"),
        ("HAProxy", "server server-1 127.0.0.1:{port}\n"),
        ("envoy", 'address: "127.0.0.1", port_value: {port} }}'),
        ("Kubernetes", "port: {port}\n"),
    ],
)
def test_every_kind_names_the_server_and_its_own_port(server, kind, expected):
    text = sparkserving.load_balancer_configuration("balanced", kind)
    assert expected.format(port=server.port) in text
    assert "8080" in text
    assert text == sparkserving.load_balancer_configuration("balanced", kind, port=8080)
    assert "9090" in sparkserving.load_balancer_configuration("balanced", kind, port=9090)


def test_other_kinds_names_and_ports_are_refused(server):
    with pytest.raises(IllegalArgumentException, match="nginx, haproxy, envoy, kubernetes"):
        sparkserving.load_balancer_configuration("balanced", "apache")
    with pytest.raises(IllegalArgumentException, match="balanced"):
        sparkserving.load_balancer_configuration("unbalanced", "nginx")
    with pytest.raises(IllegalArgumentException, match="65536"):
        sparkserving.load_balancer_configuration("balanced", "nginx", port=65536)
