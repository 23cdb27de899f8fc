"""Spark Serving with a function in Python, until standard input closes: mode, port, workload.

The service, the function and Spark have the options that they have by default.
"""

import sys
import time
from pathlib import Path
from typing import Any

import sparkserving
from pyspark.sql import SparkSession

ROOT = Path(__file__).parents[2]
HELPERS = {"head": "server", "distributed": "distributedServer"}


def with_numpy() -> Any:
    """The model, on arrays."""
    import numpy as np  # noqa: PLC0415 - what a function needs
    from scoring import trained  # noqa: PLC0415

    model = trained()

    @sparkserving.function("double", batch="numpy")
    def score(a, b, c, d):
        return model.predict_proba(np.column_stack([a, b, c, d]))[:, 1]

    return score


def with_pandas() -> Any:
    """The model, on data frames."""
    import pandas as pd  # noqa: PLC0415
    from scoring import trained  # noqa: PLC0415

    model = trained(named=True)

    @sparkserving.function("double", batch="pandas")
    def score(a, b, c, d):
        return model.predict_proba(pd.DataFrame({"a": a, "b": b, "c": c, "d": d}))[:, 1]

    return score


def by_row() -> Any:
    """Arithmetic, row by row."""

    @sparkserving.function("double")
    def score(a, b, c, d):
        return a + 2 * b + 3 * c + 4 * d

    return score


def slowly() -> Any:
    """A model that takes 20 ms, whatever the batch."""

    @sparkserving.function("double", batch="numpy")
    def score(a, b, c, d):
        time.sleep(0.02)
        return a + 2 * b + 3 * c + 4 * d

    return score


FUNCTIONS = {
    "functions": with_numpy,
    "functions-pandas": with_pandas,
    "functions-rows": by_row,
    "functions-slow": slowly,
}


def main() -> None:
    """Do what the arguments say."""
    mode, port, workload = sys.argv[1:]
    score = FUNCTIONS[workload]()
    (jar,) = (ROOT / "serving-bundle" / "target").glob("serving-bundle-*-SNAPSHOT.jar")
    spark = (
        SparkSession.builder.master("local[*]")
        .config("spark.jars", str(jar))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", "2g")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("WARN")
    helper = HELPERS.get(mode, "continuousServer")
    requests = getattr(spark.readStream, helper)().address("localhost", int(port), "my_api").load()
    parsed = requests.parseRequest("a double, b double, c double, d double")
    replies = parsed.withFunction("score", score("a", "b", "c", "d")).makeReply("score")
    writer = getattr(replies.writeStream, helper)().replyTo("my_api")
    if mode == "continuous":
        writer = writer.trigger(continuous="1 second")
    elif mode == "realTime":
        writer = writer.realTime("5 minutes")
    query = writer.start()
    sys.stdin.read()
    query.stop()
    spark.stop()


if __name__ == "__main__":
    main()
