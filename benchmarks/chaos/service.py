"""Serves, and does what standard input says: mode, master, folder of checkpoints, reader options.

A request's number is its answer, after so many milliseconds as the request says. ``status`` tells
of the query, ``replace`` lets another one take its place, ``stop`` stops it.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import sparkserving  # noqa: F401
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import LongType, StringType, StructType

ROOT = Path(__file__).parents[2]
HELPERS = {"head": "server", "distributed": "distributedServer", "shuffled": "distributedServer"}
SCHEMA = StructType().add("number", StringType()).add("millis", LongType())
SLEEP = "reflect('java.lang.Thread', 'sleep', millis)"


class Service:
    """A service and the query that serves it now."""

    def __init__(self, mode: str, master: str, checkpoints: str, options: dict[str, str]) -> None:
        """Start Spark and a first query."""
        (jar,) = (ROOT / "serving-bundle" / "target").glob("serving-bundle-*-SNAPSHOT.jar")
        self._spark = (
            SparkSession.builder.master(master)
            .config("spark.jars", str(jar))
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.driver.port", "7078")
            .config("spark.driver.memory", "1g")
            .config("spark.executor.memory", "1g")
            .config("spark.executor.cores", "4")
            .config("spark.driver.extraJavaOptions", "-XX:+UseSerialGC")
            .config("spark.executor.extraJavaOptions", "-XX:+UseSerialGC")
            .config("spark.scheduler.minRegisteredResourcesRatio", "1")
            .getOrCreate()
        )
        self._spark.sparkContext.setLogLevel("WARN")
        self._mode = mode
        self._checkpoints = checkpoints
        self._options = options
        self._queries: list[Any] = []
        self.start()

    def start(self) -> None:
        """Start a query, which takes the place of the one before."""
        helper = HELPERS.get(self._mode, "continuousServer")
        reader = getattr(self._spark.readStream, helper)().address("0.0.0.0", 8000, "api")
        for name, value in self._options.items():
            reader = reader.option(name, value)
        rows = reader.option("takeover", "true").load().parseRequest(SCHEMA)
        if self._mode == "shuffled":
            rows = rows.repartition(3)
        slow = F.when(F.col("millis") > 0, F.expr(SLEEP)) == "never"
        answered = rows.withColumn("answer", F.when(slow, "").otherwise(F.col("number")))
        writer = getattr(answered.makeReply("answer").writeStream, helper)().replyTo("api")
        if self._mode == "continuous":
            writer = writer.trigger(continuous="1 second")
        elif self._mode == "realTime":
            writer = writer.realTime("15 seconds")
        name = f"query{len(self._queries) + 1}"
        writer = writer.option("checkpointLocation", f"file://{self._checkpoints}/{name}")
        self._queries.append(writer.queryName(name).start())

    def replace(self) -> dict[str, Any]:
        """Start another query, and wait until the one before has ended."""
        before = self._queries[-1]
        self.start()
        ends = time.monotonic() + 30
        while before.isActive and time.monotonic() < ends:
            time.sleep(0.05)
        return {"replaced": not before.isActive}

    def status(self) -> dict[str, Any]:
        """Tell whether the query is active, or what has ended it."""
        query = self._queries[-1]
        return {"active": query.isActive, "exception": str(query.exception() or "")}

    def stop(self) -> dict[str, Any]:
        """Stop the query."""
        self._queries[-1].stop()
        return {"active": self._queries[-1].isActive}


def main() -> None:
    """Do what the arguments say, then what standard input says."""
    mode, master, checkpoints, options = sys.argv[1:]
    service = Service(mode, master, checkpoints, json.loads(options))
    print(json.dumps({"asked": 0}), flush=True)
    does = {"status": service.status, "replace": service.replace, "stop": service.stop}
    for line in sys.stdin:
        asked, _, what = line.strip().partition(" ")
        try:
            answer = does[what]()
        except Exception as e:
            answer = {"failed": f"{type(e).__name__}: {e}"}
        print(json.dumps({"asked": int(asked), **answer}), flush=True)


if __name__ == "__main__":
    main()
