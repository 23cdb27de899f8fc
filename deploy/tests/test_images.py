"""Dockerfiles and compose file by their linters, and their commands as processes."""

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyspark
import pytest
import yaml

from charts import CHART, RELEASE, pods, render
from images import DEPLOY, ROOT, Process, composed, factors, healthy, spark_home

DOCKERFILES = sorted(path for path in DEPLOY.glob("Dockerfile*") if path.suffix != ".dockerignore")
#: Two factors above three thousand million: minutes of work.
SLOW = 3037000493 * 3037000493


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return spark_home(tmp_path_factory.mktemp("opt"))


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def started(home: Path, tmp_path: Path) -> Iterator[list[Process]]:
    running: list[Process] = []
    yield running
    for process in running:
        process.kill()


def run(started: list[Process], home: Path, log: Path, command: list[str]) -> Process:
    command = [part.replace("/opt/spark/", f"{home}/") for part in command]
    process = Process(command, log, SPARK_HOME=str(home))
    started.append(process)
    return process


def tool(name: str) -> str:
    """A program that came with this Python's packages."""
    return str(Path(sys.executable).with_name(name))


@pytest.mark.parametrize("file", DOCKERFILES, ids=[file.name for file in DOCKERFILES])
def test_hadolint_finds_nothing_to_mend(file: Path) -> None:
    said = subprocess.run(
        [tool("hadolint"), str(file)], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stdout) == (0, "")


@pytest.mark.parametrize("file", DOCKERFILES, ids=[file.name for file in DOCKERFILES])
def test_what_an_image_copies_is_in_its_context(file: Path) -> None:
    allowed = file.with_name(f"{file.name}.dockerignore").read_text().split()
    lines = [line.split() for line in file.read_text().splitlines() if line.startswith("COPY")]
    sources = [word for line in lines for word in line[1:-1] if not word.startswith("--")]
    assert sources
    for source in sources:
        path = source.replace("${REQUIREMENTS}", "deploy/requirements.txt").rstrip("/")
        assert any(path.startswith(entry[1:]) for entry in allowed if entry[0] == "!"), source
        assert list(ROOT.glob(path)), source


def test_images_and_chart_have_the_spark_that_is_tested() -> None:
    tested = pyspark.__version__.rsplit(".", 1)[0]
    chart = yaml.safe_load((CHART / "values.yaml").read_text())["application"]["sparkVersion"]
    images = [
        version
        for file in DOCKERFILES
        for version in re.findall(
            r"^ARG SPARK_IMAGE=spark:([\d.]+)-", file.read_text(), re.MULTILINE
        )
    ]
    assert images == [chart] * len(DOCKERFILES)
    assert chart.startswith(f"{tested}.")


def test_the_compose_file_is_as_compose_wants_it() -> None:
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    subprocess.run([*command, str(DEPLOY / "compose.yaml")], check=True)
    for service in composed().values():
        for volume in service["volumes"]:
            assert (DEPLOY / volume.split(":")[0]).is_file(), volume


def test_prometheus_takes_its_configuration() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("Missing promtool: apt-get install prometheus")
    subprocess.run([promtool, "check", "config", str(DEPLOY / "prometheus.yml")], check=True)


def test_prometheus_and_grafana_look_where_things_are() -> None:
    services = composed()
    (job,) = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())["scrape_configs"]
    assert job["static_configs"] == [{"targets": [f"service:{services['service']['command'][-1]}"]}]
    (source,) = yaml.safe_load((DEPLOY / "grafana" / "datasources.yml").read_text())["datasources"]
    assert source["url"] == "http://prometheus:9090"
    folders = yaml.safe_load((DEPLOY / "grafana" / "dashboards.yml").read_text())["providers"]
    mounted = [volume.split(":")[1] for volume in services["grafana"]["volumes"]]
    assert any(path.startswith(folders[0]["options"]["path"]) for path in mounted)
    assert (
        services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"] in mounted
    )


def test_the_composed_service_answers_and_drains(
    home: Path, tmp_path: Path, started: list[Process], free_port: int
) -> None:
    service = composed()["service"]
    app = ROOT / "examples" / "src" / "main" / "python" / "prime_factors.py"
    assert f"../{app.relative_to(ROOT)}:/opt/app/prime_factors.py:ro" in service["volumes"]
    command = [part.replace("/opt/app/prime_factors.py", str(app)) for part in service["command"]]
    assert command[-2:] == ["0.0.0.0", "8888"]
    assert service["healthcheck"]["test"] == ["CMD", "healthy", "/readyz", "8888"]
    assert not healthy(free_port)

    process = run(started, home, tmp_path / "log", [*command[:-2], "127.0.0.1", str(free_port)])
    process.wait_until(lambda: healthy(free_port))
    assert healthy(free_port, "/livez")
    assert not healthy(free_port, "/unknown")
    assert factors(free_port, 360).json()["factors"] == [2, 2, 2, 3, 3, 5]
    with ThreadPoolExecutor() as clients:
        slow = clients.submit(factors, free_port, SLOW)
        # It has been answered, so the slow one has come to the service.
        assert factors(free_port, 6).status_code == 200
        assert process.terminate() == 143
        assert slow.result().status_code == 503
    assert not healthy(free_port)


def test_the_chart_s_driver_answers_and_drains(
    home: Path, tmp_path: Path, started: list[Process], free_port: int
) -> None:
    app = tmp_path / "app.py"
    example = ROOT / "examples" / "src" / "main" / "python" / "prime_factors.py"
    values = {
        "application": {
            "script": example.read_text(),
            "file": f"local://{app}",
            "arguments": ["127.0.0.1", free_port],
        },
        "driver": {"memory": "512m"},
        "sparkConf": {"spark.ui.enabled": False},
    }
    made = render(values)
    app.write_text(made[f"ConfigMap {RELEASE}-script"]["data"]["app.py"])
    (container,) = pods(made)["driver"]["spec"]["containers"]

    process = run(started, home, tmp_path / "log", container["args"])
    process.wait_until(lambda: healthy(free_port))
    assert factors(free_port, 35).json()["factors"] == [5, 7]
    assert process.terminate() == 143
