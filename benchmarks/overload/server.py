"""Serves a slow function until standard input closes: mode, function, port, milliseconds.

The function answers a request with its own body, after so many milliseconds in which it sleeps. So
what it can do is known, and the machine has time for clients that ask for twenty times as much.
"""

import sys
import time
from pathlib import Path

import sparkserving
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from sparkserving.functions import request_to_string

ROOT = Path(__file__).parents[2]
HELPERS = {"head": "server", "distributed": "distributedServer"}


def jvm(text: Column, millis: int) -> Column:
    """Sleep in the JVM."""
    sleeping = F.expr(f"reflect('java.lang.Thread', 'sleep', cast({millis} as bigint))")
    return F.when(sleeping == "never", "").otherwise(text)


def python(text: Column, millis: int) -> Column:
    """Sleep in Python."""

    @F.udf("string")
    def slowly(value: str) -> str:
        time.sleep(millis / 1000)
        return value

    return slowly(text)


def stage(replies: DataFrame, millis: int) -> DataFrame:
    """Sleep in a function of this library's, for each row."""

    @sparkserving.function("string")
    def slowly(value: str) -> str:
        time.sleep(millis / 1000)
        return value

    return replies.withFunction("out", slowly("text"))


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
    rows = requests.select("id", request_to_string("request").alias("text"))
    if function == "function":
        rows = stage(rows, int(millis))
    else:
        slow = jvm if function == "jvm" else python
        rows = rows.withColumn("out", slow(F.col("text"), int(millis)))
    replies = rows.makeReply("out")
    writer = getattr(replies.writeStream, helper)().replyTo("api")
    if mode == "continuous":
        writer = writer.trigger(continuous="1 second")
    elif mode == "realTime":
        # Python's answers come when a batch ends.
        writer = writer.realTime("5 seconds" if function == "python" else "5 minutes")
    query = writer.start()
    print("READY", flush=True)
    sys.stdin.read()
    query.stop()


if __name__ == "__main__":
    main()
