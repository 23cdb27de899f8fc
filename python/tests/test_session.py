"""How the jar gets into a session, and what is said when it does not."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import sparkserving
from pyspark.sql import SparkSession
from sparkserving._version import JAR_VERSION

JAR = sparkserving.jar_path()
VERSION = "io/sparkserving/version.properties"
SHUFFLE_WAIT = "spark.shuffle.streaming.networkBufferMaxWaitTimeMs"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    monkeypatch.delenv("PYSPARK_SUBMIT_ARGS", raising=False)
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    # Which configure may set, and the other tests must not see.
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.delenv("PYSPARK_PYTHON")


def jars_of(builder: SparkSession.Builder) -> str | None:
    return builder._options.get("spark.jars")


def test_the_carried_jar_is_added():
    assert jars_of(sparkserving.configure(SparkSession.builder)) == JAR


def test_jars_that_are_there_stay():
    builder = SparkSession.builder.config("spark.jars", "a.jar, b.jar")
    assert jars_of(sparkserving.configure(builder)) == f"a.jar,b.jar,{JAR}"


def test_configuring_twice_adds_it_once():
    builder = sparkserving.configure(sparkserving.configure(SparkSession.builder))
    assert jars_of(builder) == JAR


def test_jars_of_the_defaults_file_stay(tmp_path):
    defaults = "# comment\n\nspark.jars   c.jar\nspark.executor.memory=1g\n"
    (tmp_path / "spark-defaults.conf").write_text(defaults)
    assert jars_of(sparkserving.configure(SparkSession.builder)) == f"c.jar,{JAR}"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("spark.jars", "/elsewhere/serving-bundle-0.1.0.jar"),
        ("spark.jars.packages", "org.other:other:1,io.sparkserving:serving-bundle:0.1.0"),
    ],
)
def test_a_bundle_that_is_named_already_is_the_users_choice(key, value):
    builder = sparkserving.configure(SparkSession.builder.config(key, value))
    assert builder._options == {key: value, SHUFFLE_WAIT: "1"}


def test_other_packages_stay_beside_the_jar():
    builder = SparkSession.builder.config("spark.jars.packages", "org.other:other:1")
    assert jars_of(sparkserving.configure(builder)) == JAR
    assert builder._options["spark.jars.packages"] == "org.other:other:1"


def test_jars_given_to_submit_would_hide_the_jar(monkeypatch):
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--jars d.jar pyspark-shell")
    with pytest.raises(ValueError, match=r"(?s)--jars in PYSPARK_SUBMIT_ARGS.*serving-bundle"):
        sparkserving.configure(SparkSession.builder)
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--jars d.jar,{JAR} pyspark-shell")
    assert jars_of(sparkserving.configure(SparkSession.builder)) is None


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("local", "local[1,4]"),
        ("local[2]", "local[2,4]"),
        ("local[*]", "local[*,4]"),
        ("local[*,1]", "local[*,1]"),
        ("local-cluster[2,1,1024]", "local-cluster[2,1,1024]"),
        ("spark://host:7077", "spark://host:7077"),
    ],
)
def test_a_local_master_tries_tasks_again(given, made):
    builder = sparkserving.configure(SparkSession.builder.master(given))
    assert builder._options["spark.master"] == made


def test_a_local_master_of_the_defaults_file_tries_tasks_again(tmp_path):
    (tmp_path / "spark-defaults.conf").write_text("spark.master local[3]\n")
    builder = sparkserving.configure(SparkSession.builder)
    assert builder._options["spark.master"] == "local[3,4]"


def test_rows_hardly_wait_in_a_real_time_shuffle():
    builder = sparkserving.configure(SparkSession.builder)
    assert builder._options[SHUFFLE_WAIT] == "1"


def test_how_long_rows_wait_in_a_real_time_shuffle_is_the_users_choice(tmp_path):
    builder = sparkserving.configure(SparkSession.builder.config(SHUFFLE_WAIT, "20"))
    assert builder._options[SHUFFLE_WAIT] == "20"
    (tmp_path / "spark-defaults.conf").write_text(f"{SHUFFLE_WAIT} 30\n")
    assert SHUFFLE_WAIT not in sparkserving.configure(SparkSession.Builder())._options


def test_under_spark_submit_the_jvm_runs_already(monkeypatch):
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "1")
    builder = SparkSession.builder.config("spark.jars", "e.jar")
    assert jars_of(sparkserving.configure(builder)) == "e.jar"


@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,1024]", None])
def test_local_workers_run_the_python_that_runs_the_script(master):
    builder = SparkSession.Builder() if master is None else SparkSession.Builder().master(master)
    sparkserving.configure(builder)
    assert os.environ["PYSPARK_PYTHON"] == sys.executable


def test_which_python_workers_run_is_the_users_choice(monkeypatch, tmp_path):
    sparkserving.configure(SparkSession.Builder().config("spark.pyspark.python", "other"))
    sparkserving.configure(SparkSession.Builder().master("spark://host:7077"))
    (tmp_path / "spark-defaults.conf").write_text("spark.pyspark.python other\n")
    sparkserving.configure(SparkSession.Builder())
    assert "PYSPARK_PYTHON" not in os.environ
    monkeypatch.setenv("PYSPARK_PYTHON", "another")
    sparkserving.configure(SparkSession.Builder().master("local[2]"))
    assert os.environ["PYSPARK_PYTHON"] == "another"


def test_an_environment_that_is_not_activated_is_that_of_the_workers(tmp_path):
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 9\n")
    python.chmod(0o755)
    code = (
        "import sys, sparkserving\n"
        "from pyspark.sql import SparkSession\n"
        "builder = SparkSession.builder.master('local[1]').config('spark.ui.enabled', 'false')\n"
        "spark = sparkserving.configure(builder).getOrCreate()\n"
        "print(spark.sparkContext.range(1).map(lambda _: sys.executable).collect())\n"
    )
    process = start(code, PATH=os.pathsep.join([str(python.parent), os.environ["PATH"]]))
    assert process.stdout.strip() == str([sys.executable]), process.stderr


def test_a_remote_server_has_jars_of_its_own():
    builder = SparkSession.builder.remote("sc://elsewhere")
    assert jars_of(sparkserving.configure(builder)) is None


def test_a_session_without_the_jar_says_how_to_get_it():
    output = run("builder = SparkSession.builder")
    assert "RuntimeError: Missing the Spark Serving jar in this Spark session." in output
    assert "sparkserving.configure(" in output


def test_a_jar_of_another_version_says_what_to_install(tmp_path):
    other = tmp_path / "serving-bundle-9.9.9.jar"
    with zipfile.ZipFile(JAR) as jar, zipfile.ZipFile(other, "w") as copy:
        for entry in jar.infolist():
            content = b"version=9.9.9\n" if entry.filename == VERSION else jar.read(entry)
            copy.writestr(entry, content)
    output = run(f"builder = SparkSession.builder.config('spark.jars', {str(other)!r})")
    assert "Cannot use the Spark Serving jar 9.9.9 with the Python package" in output
    assert sparkserving.__version__ in output


def test_python_and_maven_agree_on_the_version():
    with zipfile.ZipFile(JAR) as jar:
        assert jar.read(VERSION).decode().strip() == f"version={JAR_VERSION}"
    assert Path(JAR).name == f"serving-bundle-{JAR_VERSION}.jar"


def run(make_builder: str) -> str:
    """What a Python of its own prints that asks for a server."""
    code = (
        "import sparkserving\n"
        "from pyspark.sql import SparkSession\n"
        f"{make_builder}\n"
        "spark = builder.master('local[1]').config('spark.ui.enabled', 'false').getOrCreate()\n"
        "spark.readStream.server()\n"
    )
    process = start(code)
    assert process.returncode == 1
    return process.stderr


def start(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a Python of its own to its end."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **variables}
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        env=environment,
        text=True,
        timeout=120,
    )
