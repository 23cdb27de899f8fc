"""What docs/stateful.md shows is code of the examples, which tests run."""

import re
import textwrap
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "stateful.md"
SOURCES = Path(__file__).parents[1] / "src" / "main"


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [text for kind, text in found if kind == language]


def test_the_code_of_the_page_is_that_of_the_examples() -> None:
    for language, suffix in (("java", ".java"), ("python", ".py")):
        sources = [path.read_text("utf-8") for path in SOURCES.rglob(f"*{suffix}")]
        # Without what they are within.
        plain = ["\n".join(line.strip() for line in text.splitlines()) for text in sources]
        # A test of the jobs runs the one that is none of theirs.
        for block in (found for found in blocks(language) if not found.startswith("counts = ")):
            shown = "\n".join(line.strip() for line in textwrap.dedent(block).splitlines())
            assert any(shown in text for text in plain), block
