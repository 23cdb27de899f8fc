package io.sparkserving.examples

import io.sparkserving.implicits._
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.functions.{col, length}
import org.apache.spark.sql.types.{IntegerType, StringType, StructType}

/** Answers each request with the length of its field `foo`.
  *
  * {{{
  * spark-submit --jars serving-bundle.jar,serving-scala_2.13.jar \
  *     --class io.sparkserving.examples.HelloWorldInScala serving-examples.jar [host] [port]
  * curl -d '{"foo":"hello","bar":1}' localhost:8888/my_api
  * }}}
  */
object HelloWorldInScala {
  private val schema = new StructType().add("foo", StringType).add("bar", IntegerType)

  /** Serves until it is told to stop, by a signal or by the query's end. */
  def main(args: Array[String]): Unit = {
    val host = if (args.length > 0) args(0) else "localhost"
    val port = if (args.length > 1) args(1).toInt else 8888

    val spark = SparkSession.builder().appName("Hello world").getOrCreate()
    val requests = spark.readStream.server
      .address(host, port, "my_api")
      .load()
      .parseRequest(schema)
    val replies = requests.withColumn("fooLength", length(col("foo"))).makeReply("fooLength")
    val query = replies.writeStream.server.replyTo("my_api").queryName("hello_world").start()
    query.awaitTermination()
  }
}
