"""The site as it was built."""

import re
import shutil
from pathlib import Path

import pytest

SITE = Path(__file__).parents[2] / "target" / "site"
#: Javadoc's pages are Javadoc's.
PAGES = [page for page in sorted(SITE.rglob("*.html")) if "javadoc" not in page.parts]


def text_of(html: str) -> str:
    """Gives what a page says outside of code."""
    return re.sub(r"<(pre|code|script|style)\b.*?</\1>", "", html, flags=re.DOTALL)


def test_there_is_a_page_for_each_of_the_documents() -> None:
    assert len(PAGES) > 25


def test_no_page_asks_another_host_for_anything() -> None:
    wanted = re.compile(r'<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*"')
    assert {
        page.name: wanted.findall(page.read_text("utf-8"))
        for page in PAGES
        if wanted.search(page.read_text("utf-8"))
    } == {}


def test_nothing_is_left_as_it_was_written() -> None:
    left = re.compile(r"^\s*(?:<p>)?(?:///|:::|===|--8<--|\|)", re.MULTILINE)
    for page in PAGES:
        assert left.findall(text_of(page.read_text("utf-8"))) == [], page


def test_each_step_of_the_start_has_its_tabs() -> None:
    html = (SITE / "start" / "index.html").read_text("utf-8")
    labels = re.findall(r'<label for="__tabbed_\d+_\d+">(\w+)</label>', html)
    assert labels == ["Python", "Scala", "Java"] * 2


def test_diagrams_are_drawn_by_what_the_site_has() -> None:
    if shutil.which("npm") is None:
        pytest.skip("Missing npm, which brings Mermaid")
    drawn = [page for page in PAGES if 'class="mermaid"' in page.read_text("utf-8")]
    assert drawn
    for page in drawn:
        (script,) = re.findall(r'<script src="(\S*mermaid\S*)">', page.read_text("utf-8"))
        assert (page.parent / script).is_file()


def test_both_references_of_code_are_there() -> None:
    python = (SITE / "python-api" / "index.html").read_text("utf-8")
    for name in ("sparkserving.serve_model", "sparkserving.functions.send_reply"):
        assert f'id="{name}"' in python
    assert (SITE / "javadoc" / "io" / "sparkserving" / "Serving.html").is_file()
    assert 'href="../javadoc/"' in (SITE / "java-api" / "index.html").read_text("utf-8")
