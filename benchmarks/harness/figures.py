"""Medians over rounds."""

from dataclasses import dataclass
from statistics import median

from harness.measuring import Measurement


@dataclass(frozen=True)
class Figure:
    """One value of a server: its median over the rounds, and how far the rounds lie apart."""

    median: float
    least: float
    most: float

    def text(self, digits: int | None = None) -> str:
        """Write it, with the spread unless that does not show."""
        middle, least, most = (number(x, digits) for x in (self.median, self.least, self.most))
        return middle if least == most else f"{middle} ({least}–{most})"


class Figures:
    """All measurements, to ask for one server's."""

    def __init__(self, measurements: list[Measurement]) -> None:
        """Take them as they were kept."""
        self._measurements = measurements

    def rows(
        self, workload: str, server: str | None = None, *, awake: bool = False, **wanted: object
    ) -> list[Measurement]:
        """Give the measurements of which all that is true.

        Args:
            workload: what was asked.
            server: its name; None for all.
            awake: whether those where cores were kept awake, or else those where they were not.
            wanted: other fields and their values.
        """
        return [
            row
            for row in self._measurements
            if row["workload"] == workload
            and server in (None, row["server"])
            and row.get("awake", False) == awake
            and all(row.get(name) == value for name, value in wanted.items())
        ]

    def of(self, field: str, workload: str, server: str, **wanted: object) -> Figure | None:
        """Give a value, of rounds in which the server did not crash; None if there was none."""
        values = [
            row[field]
            for row in self.rows(workload, server, **wanted)
            if row.get(field) is not None and row.get("requests") and not row.get("crashed")
        ]
        return Figure(median(values), min(values), max(values)) if values else None

    def millis(self, field: str, workload: str, server: str, **wanted: object) -> Figure | None:
        """Give a latency in milliseconds."""
        found = self.of(field, workload, server, **wanted)
        return found and Figure(found.median / 1e3, found.least / 1e3, found.most / 1e3)

    def errors(self, workload: str, server: str, **wanted: object) -> str:
        """Count errors over all rounds, and crashes."""
        rows = self.rows(workload, server, **wanted)
        errors = sum(row.get("errors", 0) for row in rows)
        crashes = sum(bool(row.get("crashed")) for row in rows)
        failures = sum("failed" in row for row in rows)
        notes = [f"{errors:,}"] if errors or not failures else []
        if crashes:
            notes.append(f"crashed in {crashes} of {len(rows)}")
        if failures:
            notes.append(f"failed {failures} times" if failures > 1 else "failed once")
        return "; ".join(notes)


def number(value: float, digits: int | None = None) -> str:
    """Write with three significant digits or so, or with so many after the point."""
    if digits is not None:
        return f"{value:,.{digits}f}"
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
