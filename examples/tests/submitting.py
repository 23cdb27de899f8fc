"""What is submitted, and where it may listen."""

import os
import random
import socket
from pathlib import Path

import pytest

from spark_processes import LOOPBACK

#: Below those that Linux gives to whoever asks for any.
PORTS_NOBODY_GETS_BY_CHANCE = range(20_000, 32_000)

#: What is submitted, by the environment variable with its path.
BUILT = {
    "BUNDLE_JAR": "the jar of serving-bundle",
    "EXAMPLES_JAR": "the jar of the examples",
    "SCALA_JAR": "the jar of serving-scala_2.13",
    "WHEEL": "the wheel of sparkserving",
}


def built(variable: str) -> str:
    path = os.environ.get(variable, "")
    if not Path(path).is_file():
        pytest.fail(
            f"Missing {BUILT[variable]}: expected its path in {variable}, found '{path}'."
            " nox -f python/noxfile.py -s jobs sets all of them."
        )
    return path


def free_port() -> int:
    """A port that the cluster's own servers, which listen on any, do not take meanwhile."""
    for port in random.sample(PORTS_NOBODY_GETS_BY_CHANCE, 100):
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) != 0:
                return port
    raise AssertionError(f"Missing a free port among {PORTS_NOBODY_GETS_BY_CHANCE}")
