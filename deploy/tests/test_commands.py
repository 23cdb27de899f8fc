"""Commands and settings of pages and chart against Spark's own words."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest
from py4j.java_gateway import JavaGateway
from pyspark.java_gateway import launch_gateway

from charts import SETTINGS, pods, render
from images import ROOT

PAGES = sorted((ROOT / "docs").glob("*.md"))
BLOCK = re.compile(r"^ *```[a-z]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
SETTING = re.compile(r"(?:--conf |--properties=|[,\"'])(spark\.[A-Za-z][A-Za-z.]*)=")
#: Spark defines them, one by one, where it is started: what stands behind a prefix is anything.
PREFIXES = (
    "spark.kubernetes.driver.label.",
    "spark.kubernetes.executor.label.",
    "spark.kubernetes.driver.secrets.",
    "spark.kubernetes.executor.secrets.",
)
DEFINITIONS = [
    "org.apache.spark.deploy.k8s.Config$",
    "org.apache.spark.internal.config.UI$",
    "org.apache.spark.internal.config.package$",
    "org.apache.spark.sql.internal.SQLConf$",
]


def blocks() -> list[tuple[str, str]]:
    return [(page.name, block) for page in PAGES for block in BLOCK.findall(page.read_text())]


@pytest.fixture(scope="module")
def jvm() -> Iterator[JavaGateway]:
    os.environ["PYSPARK_SUBMIT_ARGS"] = "pyspark-shell"
    gateway = launch_gateway()
    for name in DEFINITIONS:
        gateway.jvm.java.lang.Class.forName(name)
    yield gateway.jvm
    gateway.shutdown()
    # It ends when nobody holds its standard input.
    gateway.proc.stdin.close()
    gateway.proc.wait(30)


def test_spark_submit_knows_the_options_that_pages_show() -> None:
    command = [str(Path(pyspark.__file__).parent / "bin" / "spark-submit"), "--help"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    known = set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", said.stdout + said.stderr, re.MULTILINE))
    assert "--jars" in known
    shown = []
    for page, block in blocks():
        # Of a command's own lines alone, as options of other programs stand beside it.
        for submitted in re.findall(r"(?<!\S)spark-submit\b((?:[^\n]*\\\n)*[^\n]*)", block):
            shown += [(page, option) for option in re.findall(r"\s(--[a-z-]+)", submitted)]
    assert shown
    assert [option for option in shown if option[1] not in known] == []


def test_spark_knows_the_settings_that_pages_and_chart_give_it(jvm: JavaGateway) -> None:
    given = {(page, key) for page, block in blocks() for key in SETTING.findall(block)}
    for name, values in SETTINGS.items():
        made = render(values)
        for pod in pods(made).values():
            args = " ".join(pod["spec"]["containers"][0].get("args", []))
            given |= {(name, key) for key in SETTING.findall(args)}
        for manifest in made.values():
            given |= {(name, key) for key in manifest.get("spec", {}).get("sparkConf", {})}
    assert given
    entries = jvm.org.apache.spark.internal.config.ConfigEntry
    unknown = [
        (where, key)
        for where, key in sorted(given)
        if not key.startswith(PREFIXES) and entries.findEntry(key) is None
    ]
    assert unknown == []
