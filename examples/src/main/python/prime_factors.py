r"""Answers each request with the prime factors of its number, and the executor that found them.

With a third argument, the port of a gateway, every executor has a server, and the gateway is on
the driver.

spark-submit --master spark://master:7077 --jars serving-bundle.jar \
    --py-files sparkserving.whl prime_factors.py [host] [port] [gateway port]
curl -d '{"number":360}' localhost:8888/prime_factors
{"number":360,"factors":[2,2,2,3,3,5],"executor":"0"}
"""

import sys
from pathlib import Path

import sparkserving  # noqa: F401, adds server(), parseRequest() and their like
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, struct, udf
from pyspark.sql.types import ArrayType, LongType, StructType

SCHEMA = StructType().add("number", LongType())


@udf(returnType=ArrayType(LongType()), useArrow=False)
def prime_factors(number: int) -> list[int]:
    """The smallest divisor above one is prime; what it leaves is factored in turn."""
    factors = []
    divisor = 2
    while divisor <= number // divisor:
        if number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        else:
            divisor += 1
    return [*factors, number] if number > 1 else factors


#: A standalone cluster's executor works in a folder that is named for its id.
executor = udf(lambda: Path.cwd().name).asNondeterministic()


def main() -> None:
    """Serves until it is told to stop, by a signal or by the query's end."""
    host = sys.argv[1] if len(sys.argv) > 1 else "localhost"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8888
    gateway_port = sys.argv[3] if len(sys.argv) > 3 else None

    spark = SparkSession.builder.appName("Prime factors").getOrCreate()
    if gateway_port is not None:
        reader = spark.readStream.distributedServer().option("gateway.port", gateway_port)
    else:
        reader = spark.readStream.server()
    requests = (
        reader.address(host, port, "prime_factors")
        .load()
        .parseRequest("prime_factors", SCHEMA, parsingCheck="full")
    )
    answers = requests.withColumn(
        "answer",
        struct(
            col("number"),
            prime_factors("number").alias("factors"),
            executor().alias("executor"),
        ),
    )
    writer = answers.makeReply("answer").writeStream
    writer = writer.server() if gateway_port is None else writer.distributedServer()
    query = writer.replyTo("prime_factors").queryName("prime_factors").start()
    query.awaitTermination()


if __name__ == "__main__":
    main()
