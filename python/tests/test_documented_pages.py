"""The code of pages that show how to begin and how to run a service, as it stands there."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import sparkserving  # noqa: F401  (adds server() to Spark's readers)
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, last, length, lit
from pyspark.sql.functions import sum as sum_of
from pyspark.sql.types import LongType, StringType, StructType

from conftest import url_of

DOCS = Path(__file__).parents[2] / "docs"


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text("utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [code for tag, code in found if tag == language]


@pytest.fixture
def run(spark: SparkSession) -> Iterator[Callable[..., dict[str, object]]]:
    """Runs a page's code, on any port; what it starts is stopped."""
    ran: list[dict[str, object]] = []

    def execute(code: str, **names: object) -> dict[str, object]:
        assert re.search(r", 8\d\d\d, ", code)
        known: dict[str, object] = {"spark": spark, **names}
        ran.append(known)
        exec(re.sub(r", 8\d\d\d, ", ", 0, ", code), known)
        return known

    yield execute
    for names in ran:
        for value in names.values():
            if hasattr(value, "awaitTermination"):
                value.stop()


def test_the_start_answers_as_it_says(run: Callable[..., dict[str, object]]) -> None:
    run(blocks("start.md", "python")[0])
    host = url_of("my_api").split("/")[2]
    (calls,) = [part for part in blocks("start.md", "") if part.startswith("$ curl")]
    answers = dict(re.findall(r"^\$ (curl.*)\n([^$].*)$", calls, re.MULTILINE))
    assert len(answers) == 3
    for call, said in answers.items():
        command = call.replace("localhost:8888", host).replace("curl", "curl -sS --max-time 60", 1)
        given = subprocess.run(
            command, shell=True, capture_output=True, text=True, timeout=90, check=True
        )
        assert given.stdout.strip() == said


def test_green_takes_over_from_blue(run: Callable[..., dict[str, object]], free_port: int) -> None:
    code = blocks("blue-green.md", "python")[0]
    assert 'green = serve("green", takeover=True)' in code
    blue, green = code.split("green = ")
    names = run(blue.replace("8888, ", f"int({free_port}), ") + "# , 8888, \n", lit=lit)
    address = f"http://localhost:{free_port}/my_api"
    assert requests.post(address, json={"foo": ""}, timeout=60).text == "blue"
    exec("green = " + green, names)
    assert requests.post(address, json={"foo": ""}, timeout=60).text == "green"


def test_what_is_in_the_journal_counts_after_a_restart(
    run: Callable[..., dict[str, object]], spark: SparkSession, tmp_path: Path
) -> None:
    service, table = (
        code.replace("file:///path/to", tmp_path.as_uri()).replace("/path/to", str(tmp_path))
        for code in blocks("journal.md", "python")
    )
    names = {"StructType": StructType, "StringType": StringType, "LongType": LongType}
    totals = []
    for key, amount in [("one", 10), ("two", 15), ("one", 10)]:
        ledger = run(service, last=last, sum=sum_of, **names)["ledger"]
        answer = requests.post(
            url_of("ledger"),
            json={"user": "a", "amount": amount},
            headers={"Idempotency-Key": key},
            timeout=60,
        )
        totals.append(answer.text)
        ledger.stop()  # type: ignore[attr-defined]
    assert totals == ['{"total":10}', '{"total":25}', '{"total":10}']
    journal = {"spark": spark}
    exec(table, journal)
    kept = journal["journal"].where("not withdrawn")  # type: ignore[attr-defined]
    assert sorted(row.status for row in kept.collect()) == [200, 200]


def test_tokens_and_certificates_are_as_the_page_makes_them(
    run: Callable[..., dict[str, object]], tmp_path: Path
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("Missing openssl")
    commands = "\n".join(blocks("tokens-and-tls.md", "")).replace("\\\n", "")
    for command in re.findall(r"^(?:echo|openssl) .*$", commands, re.MULTILINE):
        there = command.replace("/etc/my_api", str(tmp_path))
        subprocess.run(there, shell=True, check=True, capture_output=True, timeout=60)
    code = blocks("tokens-and-tls.md", "python")[0].replace("/etc/my_api", str(tmp_path))
    names = run(code.replace("0.0.0.0", "localhost"), col=col, length=length)
    rows = names["reader"].load().parseRequest("foo string")  # type: ignore[attr-defined]
    replies = rows.withColumn("n", length(col("foo"))).makeReply("n")
    names["query"] = replies.writeStream.server().replyTo("my_api").start()

    (call,) = re.findall(r"^curl .*$", commands, re.MULTILINE)
    port = url_of("my_api").split("/")[2].split(":")[1]
    call = call.replace("/etc/my_api", str(tmp_path)).replace("8443", port)
    token = (tmp_path / "tokens").read_text().strip().split("=")[1]
    for shown, status in ((token, "200"), ("0123456789abcdef", "401")):
        given = subprocess.run(
            call.replace("curl", "curl -sS --max-time 60 -o /dev/null -w '%{http_code}'", 1),
            shell=True,
            check=True,
            capture_output=True,
            text=True,
            timeout=90,
            env={"TOKEN": shown, "PATH": "/usr/bin:/bin"},
        )
        assert given.stdout == status
