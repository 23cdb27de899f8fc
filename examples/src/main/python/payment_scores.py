r"""Scores each payment by what its user has paid in the same ten minutes.

Needs Spark 4.3, where each payment is counted and scored by itself, and NumPy.

spark-submit --jars serving-bundle.jar --py-files sparkserving.whl \
    --conf spark.shuffle.streaming.networkBufferMaxWaitTimeMs=1 payment_scores.py [host] [port]
curl -d '{"user":"a","amount":20.0,"time":"2030-01-01T10:00:00Z"}' localhost:8888/score
{"payments":1,"score":0.05}
"""

import sys

import numpy as np
import sparkserving
from pyspark.sql import SparkSession
from pyspark.sql.functions import avg, col, count, last, struct, window


@sparkserving.function("double", batch="numpy")
def score(amount: np.ndarray, average: np.ndarray, payments: np.ndarray) -> np.ndarray:
    """The model, of the rows that wait: a logistic regression in place of your own."""
    return np.round(1 / (1 + np.exp(4.5 - amount / average - 0.5 * payments)), 2)


def main() -> None:
    """Serves until it is told to stop, by a signal or by the query's end."""
    host = sys.argv[1] if len(sys.argv) > 1 else "localhost"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8888

    spark = (
        SparkSession.builder.appName("Payment scores")
        .config("spark.sql.shuffle.partitions", 1)
        .getOrCreate()
    )
    payments = (
        spark.readStream.continuousServer()
        .address(host, port, "score")
        # A payment of a window that is closed is dropped.
        .options(numPartitions=1, noReplyAfter="2s", noReplyStatus=422)
        .load()
        .parseRequest("score", "user string, amount double, time timestamp", parsingCheck="full")
    )
    features = (
        payments.withWatermark("time", "10 minutes")
        .groupBy(window("time", "10 minutes"), "user")
        .agg(
            last("id").alias("id"),
            last("amount").alias("amount"),
            avg("amount").alias("average"),
            count("*").alias("payments"),
        )
    )
    answers = features.withFunction("score", score("amount", "average", "payments")).withColumn(
        "answer", struct(col("payments"), col("score"))
    )
    writer = answers.makeReply("answer").writeStream.continuousServer().replyTo("score")
    query = writer.queryName("payment_scores").realTime("5 minutes").start()
    query.awaitTermination()


if __name__ == "__main__":
    main()
