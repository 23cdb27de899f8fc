"""A distributed service that says which executor took a request, and which one replied to it."""

import sys
from pathlib import Path

import sparkserving  # noqa: F401, adds distributedServer() and its like
from pyspark.sql import SparkSession
from pyspark.sql.functions import struct, udf
from pyspark.sql.types import StringType

#: A standalone cluster's executor works in a folder that is named for its id.
executor = udf(lambda: Path.cwd().name).asNondeterministic()

spark = SparkSession.builder.appName("Hops").getOrCreate()
requests = (
    spark.readStream.distributedServer()
    .address("0.0.0.0", 0, "hops")
    .option("gateway.port", sys.argv[1])
    .load()
    .parseRequest(StringType())
    .withColumn("taker", executor())
    .repartition(2)
)
answers = requests.withColumn("answer", struct("value", "taker", executor().alias("replier")))
query = answers.makeReply("answer").writeStream.distributedServer().replyTo("hops").start()
query.awaitTermination()
