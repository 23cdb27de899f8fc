"""The chart, as Helm renders it."""

from pathlib import Path
from typing import Any

import helm_python
import kubernetes_validate
import yaml

DEPLOY = Path(__file__).parents[1]
CHART = DEPLOY / "helm" / "spark-serving"
NAMESPACE = "jobs"
RELEASE = "my-api"

#: What people would set, by what it is for.
SETTINGS: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "local, with a script": {
        "application": {"script": 'print("hello")\nprint(1)\n', "arguments": ["0.0.0.0", "8888"]},
        "replicas": 3,
        "managementPort": 8889,
        "authSecret": "tokens",
        "tlsSecret": "certificate",
        "podLabels": {"colour": "blue"},
        "podAnnotations": {"why": "because"},
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "serving", "operator": "Exists"}],
        "imagePullSecrets": [{"name": "registry"}],
        "sparkConf": {"spark.sql.shuffle.partitions": 4},
    },
    "executors, the server on the driver": {"executors": {"instances": 2}},
    "executors with servers behind a gateway": {
        "executors": {"instances": 2},
        "service": {"servers": "executor"},
        "gatewayPort": 9999,
        "authSecret": "tokens",
        "imagePullSecrets": [{"name": "registry"}, {"name": "mirror"}],
    },
    "the operator, the server on the driver": {
        "runner": "operator",
        "executors": {"instances": 2},
        "application": {"script": "print(1)"},
        "sparkConf": {"spark.sql.shuffle.partitions": 4},
    },
    "the operator, executors with servers": {
        "runner": "operator",
        "executors": {"instances": 2},
        "service": {"servers": "executor"},
        "application": {"type": "Java", "mainClass": "io.sparkserving.examples.PrimeFactors"},
        "authSecret": "tokens",
        "tlsSecret": "certificate",
        "serviceAccount": {"name": "spark"},
    },
    "no service, no grace": {"service": {"enabled": False}, "preStopSeconds": 0},
}


def render(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Gives what the chart makes, by kind and name."""
    texts = helm_python.Chart.load(CHART).render(values, name=RELEASE, namespace=NAMESPACE)
    documents = [part for text in texts.values() for part in yaml.safe_load_all(text) if part]
    return {f"{made['kind']} {made['metadata']['name']}": made for made in documents}


def validate(manifest: dict[str, Any]) -> None:
    """Raises unless Kubernetes has all that the manifest says, in that form."""
    kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def pods(made: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Gives the pods of driver and executors, as Kubernetes or Spark gets them."""
    found = {}
    if (deployment := made.get(f"Deployment {RELEASE}")) is not None:
        found["driver"] = deployment["spec"]["template"]
    if (application := made.get(f"SparkApplication {RELEASE}")) is not None:
        for role in ("driver", "executor"):
            found[role] = application["spec"][role]["template"]
    if (template := made.get(f"ConfigMap {RELEASE}-executor")) is not None:
        found["executor"] = yaml.safe_load(template["data"]["executor.yaml"])
    return found
