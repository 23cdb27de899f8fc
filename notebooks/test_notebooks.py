"""Each notebook runs from top to bottom, and what is committed is such a run."""
# ruff: noqa: D103 -- the names of tests are sentences

import re
import tempfile
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from execution import executed, notebooks, source_hash

every_notebook = pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)

LOCAL_PATH = re.compile(r"(?:/(?:Users|home|opt|root|tmp|usr|var|work)/|file:/|[A-Z]:\\)[\w.\\/-]*")
# Python's own name for the cell, in a warning or traceback.
KERNEL_FILE = re.compile(r"ipykernel_\d+")


def committed(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


fresh = cache(executed)


def code_cells(node: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in node.cells if cell.cell_type == "code"]


def texts(cell: NotebookNode) -> list[str]:
    """All text in the outputs, that of rich outputs too, but no pictures."""
    found = []
    for output in cell.outputs:
        found.append(output.get("text", ""))
        for mime, data in output.get("data", {}).items():
            if not mime.startswith("image/"):
                found.append(data)
    return found


def kinds(cell: NotebookNode) -> list[list[str]]:
    """What a cell shows, without what differs from run to run."""
    return [[out.output_type, *sorted(out.get("data", {}))] for out in cell.outputs]


def test_there_are_notebooks() -> None:
    assert notebooks()


@every_notebook
def test_runs_from_top_to_bottom(path: Path) -> None:
    for cell in code_cells(fresh(path)):
        assert all(output.output_type != "error" for output in cell.outputs), cell.source


@every_notebook
def test_committed_outputs_are_those_of_a_run(path: Path) -> None:
    node = committed(path)
    assert [cell.execution_count for cell in code_cells(node)] == [
        number for number, _ in enumerate(code_cells(node), start=1)
    ]
    for kept, run in zip(code_cells(node), code_cells(fresh(path)), strict=True):
        assert kinds(kept) == kinds(run), kept.source


@every_notebook
def test_committed_outputs_belong_to_the_committed_source(path: Path) -> None:
    node = committed(path)
    assert node.metadata.source_hash == source_hash(node), f"Run execution.py {path.name}"


@every_notebook
def test_committed_outputs_say_nothing_about_the_machine(path: Path) -> None:
    for cell in code_cells(committed(path)):
        assert all(output.get("name") != "stderr" for output in cell.outputs), cell.source
        for text in texts(cell):
            assert not LOCAL_PATH.search(text), text
            assert not KERNEL_FILE.search(text), text
            assert tempfile.gettempdir() not in text


@every_notebook
def test_committed_notebook_is_valid(path: Path) -> None:
    nbformat.validate(committed(path))
