"""What came of each fault, and how it is shown."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from chaos.checker import Call

#: Seconds after a fault's end within which everything is served again.
LIMIT = 10.0

#: What services of each mode are called, in the order of columns.
LABELS = {
    "head": "`server`",
    "distributed": "`distributedServer`",
    "shuffled": "`distributedServer`, shuffled",
    "continuous": "continuous",
    "lingering": "no trigger",
    "realTime": "real time",
}

_HEAD = ["fault", "mode", "requests", "not answered 200", "served again after", "result"]


@dataclass
class Row:
    """One fault in one mode."""

    fault: str
    mode: str
    requests: int
    #: How many requests ended how, but for 200.
    failed: dict[str, int]
    #: Seconds after the fault's end; None if it was not seen.
    again: float | None
    #: What must not be, in words.
    wrongs: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether all was as it should be."""
        return not self.wrongs and self.again is not None and self.again <= LIMIT

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self)


def row(fault: str, mode: str, calls: list[Call], span: tuple[float, float, float]) -> Row:
    """Judge a fault.

    Args:
        fault: its name.
        mode: of the service.
        calls: all calls, at least those that began within the span.
        span: when the fault began and ended, and until when its consequences count.
    """
    began, ended, until = span
    # What is open when another fault begins may fail because of that one.
    after = [call for call in calls if ended <= call.began and call.ended <= until]
    again = served_again(after, ended)
    counted = [
        call
        for call in calls
        if call.ended >= began and call.began <= ended + (until - ended if again is None else again)
    ]
    failed = Counter(call.end for call in counted if call.end != "200")
    return Row(fault, mode, len(counted), dict(sorted(failed.items())), again)


def served_again(after: list[Call], ended: float) -> float | None:
    """Seconds from the end of the fault until every request that was sent got its answer.

    Args:
        after: calls that began after the fault's end.
        ended: when the fault has ended.
    """
    good = [call for call in after if call.end == "200"]
    last = max((call.began for call in after if call.end != "200"), default=ended)
    following = [call.ended for call in good if call.began >= last]
    if not following:
        return None
    return max(last, min(call.ended for call in good)) - ended


def table(rows: list[Row]) -> list[str]:
    """Give the lines of a table with each fault in each mode."""
    lines = [_HEAD, ["--"] * len(_HEAD)]
    for each in rows:
        lines.append(
            [
                each.fault,
                each.mode,
                f"{each.requests:,}",
                ends(each.failed),
                _seconds(each.again),
                "PASS" if each.passed else "; ".join(["FAIL", *each.wrongs[:3]]),
            ]
        )
    return [f"| {' | '.join(line)} |" for line in lines]


def summary(rows: list[Row], order: list[str]) -> list[str]:
    """Give the lines of a table with a line for each fault and a column for each mode.

    Args:
        rows: of any number of runs, by mode.
        order: of faults.
    """
    modes = list(dict.fromkeys(each.mode for each in rows))
    lines = [["fault", *(LABELS[mode] for mode in modes)], ["--"] * (len(modes) + 1)]
    for fault in sorted({each.fault for each in rows}, key=order.index):
        cells = [
            [each for each in rows if (each.fault, each.mode) == (fault, mode)] for mode in modes
        ]
        lines.append([fault, *map(_cell, cells)])
    return [f"| {' | '.join(line)} |" for line in lines]


def _cell(rows: list[Row]) -> str:
    if not rows:
        return "–"
    failed: Counter[str] = Counter()
    for each in rows:
        failed.update(each.failed)
    requests = sum(each.requests for each in rows)
    known = [each.again for each in rows if each.again is not None]
    worst = max(known) if len(known) == len(rows) else None
    return f"{ends(failed)} of {requests:,}; {_seconds(worst)}"


def ends(failed: dict[str, int]) -> str:
    """Write how often requests ended how."""
    return ", ".join(f"{count:,} × {end}" for end, count in sorted(failed.items())) or "none"


def _seconds(again: float | None) -> str:
    return "never" if again is None else f"{again:.1f} s"
