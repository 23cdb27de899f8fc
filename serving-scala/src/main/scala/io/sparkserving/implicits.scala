package io.sparkserving

import scala.language.implicitConversions

import org.apache.spark.sql.{Column, DataFrame, Dataset, Row}
import org.apache.spark.sql.streaming.{DataStreamReader, DataStreamWriter}
import org.apache.spark.sql.types.DataType

/** Spark's own readers, writers and Datasets with the methods of [[Serving]].
  *
  * {{{
  * import io.sparkserving.implicits._
  *
  * val requests = spark.readStream.server
  *   .address("localhost", 8888, "my_api")
  *   .load()
  *   .parseRequest(schema)
  * val query = requests.makeReply("answer").writeStream.server.replyTo("my_api").start()
  * }}}
  *
  * A query that fails is started again. `supervise()` in place of `start()` also tells how often. A
  * continuous service:
  *
  * {{{
  * val requests = spark.readStream.continuousServer
  *   .address("localhost", 8888, "my_api")
  *   .load()
  *   .parseRequest(schema)
  * val server = requests.makeReply("answer").writeStream
  *   .trigger(Trigger.Continuous("1 second"))
  *   .continuousServer
  *   .replyTo("my_api")
  *   .supervise()
  * }}}
  *
  * With Spark 4.1 or later, `.continuousServer.realTime("5 minutes")` sets the real-time trigger
  * instead.
  *
  * Readers and writers convert to the Java classes instead of being wrapped, because Scala 2.13
  * lets a method with an empty parameter list be called without it, and no warning, only where Java
  * declares the method.
  */
object implicits {

  /** Adds the methods of [[ServingReader]], such as `server` and `address`. */
  implicit def toServingReader(reader: DataStreamReader): ServingReader = Serving.reader(reader)

  /** Adds the methods of [[ServingWriter]], such as `server` and `replyTo`. */
  implicit def toServingWriter[T](writer: DataStreamWriter[T]): ServingWriter =
    Serving.writer(writer.asInstanceOf[DataStreamWriter[Row]])

  /** Adds `parseRequest`, `withFunction` and `makeReply` to Datasets. */
  implicit final class ServingDataset[T](private val dataset: Dataset[T]) extends AnyVal {

    /** Replaces column `request` by the fields of its parsed body; see `Serving.parseRequest`. */
    def parseRequest(schema: DataType): DataFrame =
      Serving.parseRequest(dataset.toDF(), schema)

    /** Replaces a request column by the fields of its parsed body, with every choice given. The
      * check is `none`, `partial`, `types` or `full`; see `Serving.parseRequest`.
      */
    def parseRequest(
        api: String,
        schema: DataType,
        idCol: String,
        requestCol: String,
        parsingCheck: String
    ): DataFrame =
      Serving.parseRequest(dataset.toDF(), api, schema, idCol, requestCol, parsingCheck)

    /** Replaces column `request` by the fields of the records of its body, an array or an object;
      * see `Serving.parseRequest`.
      */
    def parseRequest(schema: DataType, records: Records): DataFrame =
      Serving.parseRequest(dataset.toDF(), schema, records)

    /** Adds a column that a function computes on batches of rows; see `Serving.withFunction`. */
    def withFunction(
        name: String,
        function: BatchFunction,
        returns: DataType,
        arguments: Column*
    ): DataFrame =
      Serving.withFunction(dataset.toDF(), name, function, returns, arguments: _*)

    /** Adds a column whose values come later, such as from another service; see
      * `Serving.withAsyncFunction`.
      */
    def withAsyncFunction(
        name: String,
        function: AsyncBatchFunction,
        returns: DataType,
        arguments: Column*
    ): DataFrame =
      Serving.withAsyncFunction(dataset.toDF(), name, function, returns, arguments: _*)

    /** Adds the column `reply`, made of another column; see `Serving.makeReply`. */
    def makeReply(replyCol: String): DataFrame = Serving.makeReply(dataset.toDF(), replyCol)

    /** Adds a reply made of another column, under a name; see `Serving.makeReply`. */
    def makeReply(replyCol: String, name: String): DataFrame =
      Serving.makeReply(dataset.toDF(), replyCol, name)
  }
}
