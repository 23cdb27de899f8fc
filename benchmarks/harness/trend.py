"""Keeps the essence of each run of the benchmarks, and tells what has changed since the others."""

import argparse
import json
import statistics
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

#: What is kept of a run: its name in the table, its key, and whether more is better.
KEPT = [("requests/s", "per_second", True), ("median, µs", "p50", False)]
#: From how many percent worse than the median of the runs before a figure is marked.
WORSE = 20


def main(arguments: list[str] | None = None) -> None:
    """Add the run to the file, and print how it compares with those before, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measurements", type=Path, help="what benchmarks/run wrote")
    parser.add_argument("trend", type=Path, help="a line of JSON for each run; made if missing")
    parser.add_argument("--commit", default="", help="what was measured")
    given = parser.parse_args(arguments)
    before = [json.loads(line) for line in _lines(given.trend)]
    run = {
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "commit": given.commit,
        "figures": figures(json.loads(given.measurements.read_text())["measurements"]),
    }
    given.trend.parent.mkdir(parents=True, exist_ok=True)
    with given.trend.open("a") as file:
        file.write(json.dumps(run) + "\n")
    print(table(run, before))


def figures(measurements: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Give the median of each figure by what was measured."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in measurements:
        if all(isinstance(row.get(key), int | float) for _, key, _ in KEPT):
            name = f"{row['workload']}, {row['server']}, {row['connections']} connections"
            rows.setdefault(name, []).append(row)
    return {
        name: {key: statistics.median(row[key] for row in found) for _, key, _ in KEPT}
        for name, found in sorted(rows.items())
    }


def table(run: dict[str, Any], before: list[dict[str, Any]]) -> str:
    """Compare a run with the median of those before."""
    lines = [
        f"{len(before)} runs before. What is {WORSE} % worse than their median is marked.\n",
        "| what | " + " | ".join(f"{title} | before" for title, _, _ in KEPT) + " |",
        "| -- |" + " --: | --: |" * len(KEPT),
    ]
    for name, now in run["figures"].items():
        cells = [name]
        for _, key, more in KEPT:
            known = [
                earlier["figures"][name][key] for earlier in before if name in earlier["figures"]
            ]
            cells += _cells(now[key], statistics.median(known) if known else None, more=more)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(now: float, usual: float | None, *, more: bool) -> list[str]:
    if usual is None:
        return [f"{now:,.0f}", ""]
    worse = now < usual * (1 - WORSE / 100) if more else now > usual * (1 + WORSE / 100)
    return [f"**{now:,.0f}**" if worse else f"{now:,.0f}", f"{usual:,.0f}"]


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


if __name__ == "__main__":
    main()
