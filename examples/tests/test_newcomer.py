"""What the README begins with, as a newcomer does it: in an environment with nothing in it."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import requests

from submitting import built

README = Path(__file__).parents[2] / "README.md"
WHEEL = "python/target/dist/*.whl"
PAGE = "http://localhost:8888/_serving/"
START = 150


def blocks() -> list[str]:
    """What stands in fences below the README's hello world, of any language."""
    (part,) = re.findall(r"## Hello world\n(.*?)\n## ", README.read_text("utf-8"), re.DOTALL)
    return re.findall(r"```\w*\n(.*?)```", part, re.DOTALL)


def test_a_newcomer_installs_runs_and_asks(tmp_path: Path) -> None:
    install, hello, run, ask, *_ = blocks()
    assert WHEEL in install
    assert "file:///tmp/my_query" in hello
    install = install.replace(WHEEL, built("WHEEL"))
    hello = hello.replace("file:///tmp/my_query", (tmp_path / "checkpoint").as_uri())
    (tmp_path / "hello.py").write_text(hello, encoding="utf-8")
    question, answer = re.fullmatch(r"\$ (.*)\n(.*)\n", ask).groups()  # type: ignore[union-attr]
    clean = {"SPARK_HOME", "PYTHONPATH", "PYSPARK_PYTHON", "PYSPARK_SUBMIT_ARGS", "VIRTUAL_ENV"}
    environment = {name: value for name, value in os.environ.items() if name not in clean}
    log = tmp_path / "log"
    began = time.monotonic()

    def shell(script: str) -> str:
        command = ["bash", "-euc", script]
        ran = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        print(f"{time.monotonic() - began:6.1f} s: {script.splitlines()[-1]}")
        return ran.stdout

    shell(install)
    with log.open("w") as output:
        command = ["bash", "-c", f". serving/bin/activate && exec {run}"]
        service = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        await_page(service, log)
        assert shell(question) == answer
        assert requests.get("http://localhost:8888/my_api/docs", timeout=60).status_code == 200
        service.send_signal(signal.SIGINT)
        assert service.wait(60) == 0, log.read_text()
    finally:
        service.kill()
        service.wait()
    said = log.read_text()
    assert re.search(r"^Spark has started in \d", said, re.MULTILINE), said
    assert "[Stage" not in said


def await_page(service: subprocess.Popen[bytes], log: Path) -> None:
    """Waits until the command has told all addresses."""
    end = time.monotonic() + START
    while PAGE not in log.read_text():
        assert service.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)
