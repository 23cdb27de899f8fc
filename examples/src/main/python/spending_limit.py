r"""Takes an amount from what an account may spend, if that covers it.

A request with an Idempotency-Key that the account has sent before gets the answer of that time, and
nothing is taken again. Needs Spark 4.1 or later, pyarrow and protobuf; it runs in micro-batches, as
real time has no operators of Python that keep state.

spark-submit --jars serving-bundle.jar --py-files sparkserving.whl spending_limit.py [host] [port]
curl -d '{"account":"a","amount":30}' -H 'Idempotency-Key: 1' localhost:8888/spend
{"left":70}
"""

import sys
from collections.abc import Iterator
from typing import Any

import sparkserving  # noqa: F401, adds server(), parseRequest() and their like
from pyspark.sql import Row, SparkSession
from pyspark.sql.functions import col, expr, struct, when
from pyspark.sql.streaming import StatefulProcessor, StatefulProcessorHandle
from pyspark.sql.types import LongType, StructType
from sparkserving.functions import make_reply

LIMIT = 100
ID = "struct<originatingService: string, requestId: string, partitionId: int>"
ANSWER = "covered boolean, left bigint"
KEY = "get(filter(request.headers, h -> lower(h.name) = 'idempotency-key'), 0).value"


class Account(StatefulProcessor):
    """What an account has left, and what it was answered."""

    def init(self, handle: StatefulProcessorHandle) -> None:
        """Name the state; what was answered is forgotten after a day."""
        self.left = handle.getValueState("left", "left bigint")
        self.answers = handle.getMapState("answers", "key string", ANSWER, 24 * 3600 * 1000)

    def handleInputRows(self, key: Any, rows: Iterator[Row], timerValues: Any) -> Iterator[Row]:  # noqa: N802, N803, ARG002
        """Answer the account's requests, one by one."""
        for row in rows:
            covered, left = self.answer(row.key, row.amount)
            yield Row(id=row.id, covered=covered, left=left)

    def answer(self, key: str | None, amount: int) -> tuple[bool, int]:
        """Tell whether the amount was covered, and what is left."""
        if key is not None and self.answers.containsKey((key,)):
            return self.answers.getValue((key,))
        (before,) = self.left.get() if self.left.exists() else (LIMIT,)
        covered = 0 <= amount <= before
        answer = covered, before - amount if covered else before
        self.left.update(answer[1:])
        if key is not None:
            self.answers.updateValue((key,), answer)
        return answer

    def close(self) -> None:
        """Nothing is open."""


def main() -> None:
    """Serves until it is told to stop, by a signal or by the query's end."""
    host = sys.argv[1] if len(sys.argv) > 1 else "localhost"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8888

    spark = (
        SparkSession.builder.appName("Spending limit")
        .config(
            "spark.sql.streaming.stateStore.providerClass",
            "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",
        )
        .config("spark.sql.shuffle.partitions", 1)
        .getOrCreate()
    )
    answers = (
        spark.readStream.server()
        .address(host, port, "spend")
        .load()
        .withColumn("key", expr(KEY))
        .parseRequest("spend", "account string, amount bigint", parsingCheck="full")
        .groupBy("account")
        .transformWithState(Account(), f"id {ID}, {ANSWER}", "update", "processingTime")
    )
    left = struct("left")
    left_type = StructType().add("left", LongType())
    reply = when(col("covered"), make_reply(left, left_type)).otherwise(
        make_reply(left, left_type, 402, "Payment Required")
    )
    writer = answers.withColumn("reply", reply).writeStream.server().replyTo("spend")
    query = writer.queryName("spending_limit").outputMode("update").start()
    query.awaitTermination()


if __name__ == "__main__":
    main()
