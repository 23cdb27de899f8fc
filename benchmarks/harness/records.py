"""The part of a report about many records in one request."""

from harness import summary
from harness.catalogue import SERVERS
from harness.figures import Figures, number
from harness.markdown import table, text
from harness.reach import Row
from harness.workloads import MANY_RECORDS, RECORDS

_TARGET = 10
_HEAD = ["", "1 record a request: requests/s", f"{MANY_RECORDS} records a request: requests/s",
         "records/s", f"cost of {MANY_RECORDS} requests ÷ cost of one with {MANY_RECORDS} records",
         "errors"]  # fmt: skip


def sections(figures: Figures) -> list[str]:
    """Give the lines about each mode, and what was to be reached."""
    measured = [server for server in SERVERS if figures.rows(RECORDS, server.name)]
    if not measured:
        return []
    rows, reached = [], []
    for server in measured:
        one, many = (
            figures.of("per_second", RECORDS, server.name, body=size) for size in (1, MANY_RECORDS)
        )
        gain = MANY_RECORDS * many.median / one.median if one and many and one.median else None
        rows.append(
            [
                server.label,
                text(one),
                text(many),
                f"{many.median * MANY_RECORDS:,.0f}" if many else "–",
                number(gain) if gain else "–",
                figures.errors(RECORDS, server.name),
            ]
        )
        what = f"{server.name}, {MANY_RECORDS} records in one request instead of {MANY_RECORDS}"
        if gain:
            shown = f"1/{number(gain)}"
            reached.append(Row(what, f"≤ 1/{_TARGET} of the cost", shown, gain >= _TARGET))
    lines = ["", "## Records, 64 connections", "", *table(_HEAD, rows)]
    return [*lines, "", *summary.rows_of(reached)]
