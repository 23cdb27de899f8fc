"""The committed data is what its generator makes."""
# ruff: noqa: D103 -- the names of tests are sentences

import runpy
from pathlib import Path

DATA = Path(__file__).parent / "data"


def test_generator_makes_the_committed_file_byte_for_byte() -> None:
    generator = runpy.run_path(str(DATA / "make_census.py"))
    assert generator["census"]().encode() == (DATA / "census.csv").read_bytes()
