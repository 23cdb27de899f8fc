import json

import pytest

from harness import trend


def row(server, per_second, median):
    figures = {"per_second": per_second, "p50": median}
    return {"workload": "hello", "server": server, "connections": 1, **figures}


@pytest.fixture
def measure(tmp_path, capsys):
    def measured(*rows):
        file = tmp_path / "measurements.json"
        file.write_text(json.dumps({"measurements": list(rows)}))
        trend.main([str(file), str(tmp_path / "trend" / "trend.jsonl"), "--commit", "abc"])
        return capsys.readouterr().out

    return measured


def test_the_first_run_has_nothing_to_compare_with(measure):
    shown = measure(row("head", 1000, 50), row("head", 3000, 70), row("head", 2000, 60))

    assert "0 runs before" in shown
    assert "| hello, head, 1 connections | 2,000 |  | 60 |  |" in shown


def test_what_is_worse_than_the_runs_before_is_marked(measure):
    for per_second, median in [(1000, 100), (900, 110), (5000, 20)]:
        measure(row("head", per_second, median))

    assert "| 800 | 1,000 | 120 | 100 |" in measure(row("head", 800, 120))
    assert "| **700** | 950 | **150** | 105 |" in measure(row("head", 700, 150))


def test_each_run_is_kept_with_what_was_measured(measure, tmp_path):
    measure(row("head", 1000, 100))
    measure(row("head", 1000, 100), {"workload": "cluster", "server": "head", "crashed": True})

    lines = (tmp_path / "trend" / "trend.jsonl").read_text().splitlines()
    assert [json.loads(line)["commit"] for line in lines] == ["abc", "abc"]
    assert list(json.loads(lines[1])["figures"]) == ["hello, head, 1 connections"]
