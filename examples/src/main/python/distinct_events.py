r"""Answers an event 200 when it comes for the first time, and 409 when it comes again.

spark-submit --jars serving-bundle.jar --py-files sparkserving.whl \
    --conf spark.shuffle.streaming.networkBufferMaxWaitTimeMs=1 \
    distinct_events.py [host] [port] [real-time]
curl -d '{"event":"e1","what":"paid"}' localhost:8888/events
{"event":"e1"}
"""

import sys

import sparkserving  # noqa: F401, adds server(), parseRequest() and their like
from pyspark.sql import SparkSession
from pyspark.sql.functions import struct


def main() -> None:
    """Serves until it is told to stop, by a signal or by the query's end."""
    host = sys.argv[1] if len(sys.argv) > 1 else "localhost"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8888
    real_time = sys.argv[3:] == ["real-time"]

    spark = (
        SparkSession.builder.appName("Distinct events")
        .config("spark.sql.shuffle.partitions", 1)
        .getOrCreate()
    )
    if real_time:
        # In real time a batch takes long to end.
        reader = spark.readStream.continuousServer().options(numPartitions=1, noReplyAfter="1s")
    else:
        reader = spark.readStream.server()
    events = (
        reader.address(host, port, "events")
        .option("noReplyStatus", 409)
        .load()
        .parseRequest("events", "event string, what string", parsingCheck="full")
        .dropDuplicates(["event"])
    )
    replies = events.withColumn("answer", struct("event")).makeReply("answer")
    writer = replies.writeStream.replyTo("events").queryName("distinct_events")
    writer = writer.continuousServer().realTime("5 minutes") if real_time else writer.server()
    query = writer.outputMode("update").start()
    query.awaitTermination()


if __name__ == "__main__":
    main()
