"""Serves a slow function until standard input closes: mode, function, port, milliseconds.

The function answers a request with its own body, after so many milliseconds in which it sleeps. So
what it can do is known, and the machine has time for clients that ask for twenty times as much.
"""

import sys
import time
from pathlib import Path

import sparkserving  # noqa: F401 - adds methods to PySpark's classes
from pyspark.sql import Column, SparkSession, functions
from sparkserving.functions import request_to_string

ROOT = Path(__file__).parents[2]
HELPERS = {"head": "server", "distributed": "distributedServer"}


def jvm(text: Column, millis: int) -> Column:
    """Sleep in the JVM."""
    sleeping = functions.expr(f"reflect('java.lang.Thread', 'sleep', cast({millis} as bigint))")
    return functions.when(sleeping == "never", "").otherwise(text)


def python(text: Column, millis: int) -> Column:
    """Sleep in Python."""

    @functions.udf("string")
    def slowly(value: str) -> str:
        time.sleep(millis / 1000)
        return value

    return slowly(text)


def main() -> None:
    """Do what the arguments say."""
    mode, function, port, millis = sys.argv[1:]
    (jar,) = (ROOT / "serving-bundle" / "target").glob("serving-bundle-*-SNAPSHOT.jar")
    spark = (
        SparkSession.builder.master("local[2,4]")
        .config("spark.jars", str(jar))
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1g")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("WARN")
    helper = HELPERS.get(mode, "continuousServer")
    reader = getattr(spark.readStream, helper)().address("localhost", int(port), "api")
    requests = reader.option("numPartitions", 1).load()
    text = request_to_string("request")
    slow = jvm if function == "jvm" else python
    replies = requests.withColumn("out", slow(text, int(millis))).makeReply("out")
    writer = getattr(replies.writeStream, helper)().replyTo("api")
    if mode == "continuous":
        writer = writer.trigger(continuous="1 second")
    elif mode == "realTime":
        # Python's answers come when a batch ends.
        writer = writer.realTime("5 minutes" if function == "jvm" else "5 seconds")
    query = writer.start()
    print("READY", flush=True)
    sys.stdin.read()
    query.stop()


if __name__ == "__main__":
    main()
