"""Where services listen."""

import json
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession
from sparkserving import _java


@dataclass(frozen=True)
class ServiceInfo:
    """Where one listening server of a service can be reached.

    Attributes:
        name: the service.
        host: the address that it was asked to listen on.
        port: the port that it is bound to.
        path: the api, without a leading slash; empty for a service at ``/``.
        machine_address: name or address of the machine inside the cluster.
        forwarded_address: ``host:port`` on a gateway that forwards here, or None.
        scheme: ``http`` or ``https``.
    """

    name: str
    host: str
    port: int
    path: str
    machine_address: str
    forwarded_address: str | None
    scheme: str


def service_info(name: str | None = None) -> list[ServiceInfo]:
    """Every listening server of a service that the active session's driver runs.

    Args:
        name: the service; None for all of them.

    Raises:
        pyspark.errors.IllegalArgumentException: if no such service runs; it names those that do.
        NotImplementedError: where Python cannot reach the driver's JVM.
    """
    java = _reachable_java()
    if name is None:
        driver = SparkSession.active()._jvm.io.sparkserving.driver  # type: ignore[union-attr]
        text = driver.ServiceInfoJson.writeAll()
    else:
        text = java.serviceInfoJson(name)
    return [
        ServiceInfo(
            name=server["name"],
            host=server["host"],
            port=server["port"],
            path=server["path"],
            machine_address=server["machineAddress"],
            forwarded_address=server["forwardedAddress"],
            scheme=server["scheme"],
        )
        for server in json.loads(text)
    ]


def load_balancer_configuration(name: str, kind: str, port: int | None = None) -> str:
    """Configuration for a load balancer before all servers that a service has now.

    It is complete enough to start the load balancer with. The same servers give the same text.

    Args:
        name: the service.
        kind: ``nginx``, ``haproxy``, ``envoy`` or ``kubernetes``, in any case.
        port: where the load balancer listens, instead of 8080.

    Raises:
        pyspark.errors.IllegalArgumentException: if no such service runs, or there is no such kind;
            it names those that there are.
        RuntimeError: if no server of the service listens yet.
        NotImplementedError: where Python cannot reach the driver's JVM.
    """
    java = _reachable_java()
    choices = (name, kind) if port is None else (name, kind, port)
    with _java.java_messages():
        return str(java.loadBalancerConfiguration(*choices))


def _reachable_java() -> Any:
    java = _java.serving(SparkSession.active())
    if java is None:
        raise NotImplementedError(
            "Cannot look up services here: it needs a driver whose JVM Python may call, which"
            " Spark Connect and locked-down clusters do not allow. Give the service a fixed port."
        )
    return java
