"""The chart against Helm, Kubernetes' own definitions, and what a service documents."""

from pathlib import Path
from typing import Any

import helm_python
import pytest
import yaml

from charts import CHART, DEPLOY, NAMESPACE, RELEASE, SETTINGS, pods, render, validate

each = pytest.mark.parametrize("values", SETTINGS.values(), ids=list(SETTINGS))
#: Fields of an application of the operator that the chart sets, of its version v1beta2.
APPLICATION = {
    "arguments", "driver", "executor", "image", "imagePullPolicy", "imagePullSecrets", "mainClass",
    "mainApplicationFile", "mode", "pythonVersion", "restartPolicy", "sparkConf", "sparkVersion",
    "type",
}  # fmt: skip
TEMPLATES = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def containers(made: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Gives the one container of each role."""
    found = {}
    for role, pod in pods(made).items():
        (found[role],) = pod["spec"]["containers"]
    return found


def as_pod(template: dict[str, Any]) -> dict[str, Any]:
    """Gives a template with what Spark adds to it: a name, and an image."""
    spec = {**template["spec"]}
    spec["containers"] = [{"image": "added", **container} for container in spec["containers"]]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "added", **template.get("metadata", {})},
        "spec": spec,
    }


def check_pod(pod: dict[str, Any]) -> None:
    """Raises unless probes and signals are those that a service documents."""
    (container,) = pod["spec"]["containers"]
    ports = {port["name"] for port in container.get("ports", [])}
    paths = {"readinessProbe": "/readyz", "livenessProbe": "/livez", "startupProbe": "/livez"}
    for name, path in paths.items():
        if (probe := container.get(name)) is not None:
            assert probe["httpGet"]["path"] == path
            assert probe["httpGet"]["port"] in ports
    if (probe := container.get("readinessProbe")) is not None:
        # So long a drainDelay has to be where only this takes a pod out of its Service.
        assert probe["periodSeconds"] * probe.get("failureThreshold", 3) == 6
    stop = container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", [0, 0])
    # What is left is for drainDelay and drainTimeout, 0 and 2 seconds unless they are set.
    assert pod["spec"]["terminationGracePeriodSeconds"] >= int(stop[1]) + 10
    validate(as_pod(pod))


@each
def test_helm_finds_nothing_to_mend(values: dict[str, Any]) -> None:
    report = helm_python.lint(CHART, values, strict=True, kube_version="v1.35.0")
    found = [said for said in report["messages"] if said["severity"] > 1]
    assert (found, report["errors"] or []) == ([], [])


@each
def test_kubernetes_takes_what_it_makes(values: dict[str, Any]) -> None:
    for manifest in render(values).values():
        if manifest["kind"] == "SparkApplication":
            assert manifest["apiVersion"] == "sparkoperator.k8s.io/v1beta2"
            assert manifest["spec"].keys() <= APPLICATION
        else:
            validate(manifest)


@each
def test_pods_are_probed_and_stopped_as_documented(values: dict[str, Any]) -> None:
    found = pods(render(values))
    assert found
    for pod in found.values():
        check_pod(pod)


@each
def test_clients_get_to_pods_that_are_ready(values: dict[str, Any]) -> None:
    made = render(values)
    service = made.get(f"Service {RELEASE}")
    if service is None:
        assert values["service"]["enabled"] is False
        return
    selector = {**service["spec"]["selector"]}
    role = selector.pop("spark-role")
    assert selector.items() <= pods(made)[role]["metadata"]["labels"].items()
    container = containers(made)[role]
    (port,) = service["spec"]["ports"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert ports[port["targetPort"]] == 8888
    assert "readinessProbe" in container


@each
def test_no_container_may_become_root(values: dict[str, Any]) -> None:
    for container in containers(render(values)).values():
        assert container["securityContext"]["runAsNonRoot"] is True
        assert container["securityContext"]["allowPrivilegeEscalation"] is False


@each
def test_only_drivers_that_make_executors_may_do_so(values: dict[str, Any]) -> None:
    made = render(values)
    driver = pods(made)["driver"]["spec"]
    if values.get("executors", {}).get("instances", 0) == 0:
        assert driver["automountServiceAccountToken"] is False
        assert f"Role {RELEASE}" not in made
        return
    if (application := made.get(f"SparkApplication {RELEASE}")) is not None:
        account = application["spec"]["driver"]["serviceAccount"]
    else:
        account = driver["serviceAccountName"]
    if (own := values.get("serviceAccount", {}).get("name")) is not None:
        assert account == own
        assert f"Role {RELEASE}" not in made
    else:
        assert account == RELEASE
        (subject,) = made[f"RoleBinding {RELEASE}"]["subjects"]
        assert (subject["name"], subject["namespace"]) == (RELEASE, NAMESPACE)


def test_a_new_script_makes_new_pods() -> None:
    def annotations(script: str) -> dict[str, str]:
        made = render({"application": {"script": script}})
        found: dict[str, str] = pods(made)["driver"]["metadata"]["annotations"]
        return found

    assert annotations("print(1)") != annotations("print(2)")
    assert render({"application": {"script": "a\n\nb"}})[f"ConfigMap {RELEASE}-script"]["data"] == {
        "app.py": "a\n\nb\n"
    }


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"runner": "docker"}, "runner"),
        ({"service": {"servers": "all"}}, "servers"),
        ({"service": {"servers": "executor"}}, "executors.instances"),
        ({"runner": "operator"}, "executors.instances"),
        ({"application": {"type": "Java"}}, "application.mainClass"),
        ({"preStopSeconds": 60}, "terminationGracePeriodSeconds"),
        ({"executor": {"instances": 2}}, "executor"),
        ({"port": "http"}, "port"),
    ],
)
def test_values_that_cannot_be_meant_are_refused(values: dict[str, Any], said: str) -> None:
    def check() -> None:
        helm_python.Chart.load(CHART).validate_schema(values)
        render(values)

    with pytest.raises(helm_python.HelmError, match=said):
        check()


@pytest.mark.parametrize("file", TEMPLATES, ids=[file.name for file in TEMPLATES])
def test_the_templates_for_spark_submit_are_kubernetes_own(file: Path) -> None:
    manifest = yaml.safe_load(file.read_text("utf-8"))
    if manifest["kind"] == "Pod":
        check_pod(manifest)
    else:
        validate(manifest)
