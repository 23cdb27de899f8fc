package io.sparkserving.examples

import io.sparkserving.implicits._
import org.apache.spark.SparkEnv
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.functions.{col, struct, udf}
import org.apache.spark.sql.types.{LongType, StructType}

/** Answers each request with the prime factors of its field `number`, and with the executor that
  * found them. With a third argument, the port of a gateway, every executor has a server, and the
  * gateway is on the driver.
  *
  * {{{
  * spark-submit --master spark://master:7077 --jars serving-bundle.jar,serving-scala_2.13.jar \
  *     --class io.sparkserving.examples.PrimeFactorsInScala serving-examples.jar \
  *     [host] [port] [gateway port]
  * curl -d '{"number":360}' localhost:8888/prime_factors
  * {"number":360,"factors":[2,2,2,3,3,5],"executor":"0"}
  * }}}
  */
object PrimeFactorsInScala {
  private val schema = new StructType().add("number", LongType)

  /** Serves until it is told to stop, by a signal or by the query's end. */
  def main(args: Array[String]): Unit = {
    val host = if (args.length > 0) args(0) else "localhost"
    val port = if (args.length > 1) args(1).toInt else 8888
    val gatewayPort = args.lift(2)

    val spark = SparkSession.builder().appName("Prime factors").getOrCreate()
    val factors = udf((number: Long) => primeFactors(number))
    val executor = udf(() => SparkEnv.get.executorId).asNondeterministic()

    val reader = gatewayPort match {
      case Some(gateway) => spark.readStream.distributedServer.option("gateway.port", gateway)
      case None          => spark.readStream.server
    }
    val requests = reader
      .address(host, port, "prime_factors")
      .load()
      .parseRequest("prime_factors", schema, "id", "request", "full")
    val answers = requests.withColumn(
      "answer",
      struct(col("number"), factors(col("number")).as("factors"), executor().as("executor"))
    )
    val writer = answers.makeReply("answer").writeStream
    (if (gatewayPort.isDefined) writer.distributedServer else writer.server)
      .replyTo("prime_factors")
      .queryName("prime_factors")
      .start()
      .awaitTermination()
  }

  /** The smallest divisor above one is prime; what it leaves is factored in turn. */
  private def primeFactors(number: Long): Seq[Long] = {
    val factors = Seq.newBuilder[Long]
    var rest = number
    var divisor = 2L
    while (divisor <= rest / divisor) {
      if (rest % divisor == 0) {
        factors += divisor
        rest /= divisor
      } else {
        divisor += 1
      }
    }
    if (rest > 1) factors += rest
    factors.result()
  }
}
