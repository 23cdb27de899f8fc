"""Tables."""

from harness.figures import Figure


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Give the lines of a table."""
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def text(figure: Figure | None, digits: int | None = None) -> str:
    """Write a value with its spread, or that there is none."""
    return "–" if figure is None else figure.text(digits)
