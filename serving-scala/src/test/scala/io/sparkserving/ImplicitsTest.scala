package io.sparkserving

import java.net.URI
import java.net.http.{HttpClient, HttpRequest, HttpResponse}
import java.util.concurrent.CompletableFuture

import io.sparkserving.implicits._
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.functions.{col, length}
import org.apache.spark.sql.streaming.{StreamingQuery, Trigger}
import org.apache.spark.sql.types.{IntegerType, StringType, StructType}
import org.assertj.core.api.Assertions.{assertThat, assertThatThrownBy}
import org.junit.jupiter.api.{AfterEach, BeforeEach, Test}

class ImplicitsTest {
  private val schema = new StructType().add("foo", StringType).add("bar", IntegerType)
  private val client = HttpClient.newHttpClient()
  private var spark: SparkSession = _

  @BeforeEach
  def startSpark(): Unit =
    spark = SparkSession
      .builder()
      .master("local[2]")
      .config("spark.ui.enabled", "false")
      .config("spark.sql.shuffle.partitions", "2")
      .getOrCreate()

  @AfterEach
  def stopSpark(): Unit = spark.stop()

  @Test
  def helloWorldIsServed(): Unit = {
    val requests = spark.readStream
      .server()
      .address("localhost", 0, "hello")
      .load()
      .parseRequest(schema)
    val replies = requests.withColumn("fooLength", length(col("foo"))).makeReply("fooLength")
    val query = replies.writeStream.server().replyTo("hello").queryName("hello").start()

    assertAnswers("hello", query)
  }

  @Test
  def theLongOverloadsAndCallsWithoutParenthesesServeTheSame(): Unit = {
    val requests = spark.readStream
      .option("numPartitions", 1)
      .server
      .address("localhost", 0, "long_form")
      .load
      .parseRequest("long_form", schema, "id", "request", "full")
    val replies = requests
      .withColumn("fooLength", length(col("foo")))
      .makeReply("fooLength", "answer")
    val query = replies.writeStream
      .option("replyCol", "answer")
      .server
      .replyTo("long_form")
      .start

    assertAnswers("long_form", query)
  }

  @Test
  def aSupervisedContinuousServiceIsServed(): Unit = {
    val replies = spark.readStream.continuousServer
      .address("localhost", 0, "continuous")
      .option("numPartitions", 1)
      .load()
      .parseRequest(schema)
      .withColumn("fooLength", length(col("foo")))
      .makeReply("fooLength")
    val server = replies.writeStream
      .trigger(Trigger.Continuous("1 second"))
      .continuousServer
      .replyTo("continuous")
      .supervise()

    try assertAnswers("continuous", server.query)
    finally server.stop()
    assertThat(server.state.name).isEqualTo("STOPPED")
  }

  @Test
  def functionsOfBatchesAreServed(): Unit = {
    val requests = spark.readStream.server
      .address("localhost", 0, "functions")
      .load()
      .parseRequest(schema)
    val replies = requests
      .withFunction(
        "length",
        rows => rows.stream.map[Integer](row => row.getString(0).length).toList,
        IntegerType,
        col("foo")
      )
      .withAsyncFunction(
        "twice",
        rows =>
          CompletableFuture.completedFuture(
            rows.stream.map[Integer](row => row.getInt(0) * 2).toList
          ),
        IntegerType,
        col("length")
      )
      .withColumn("fooLength", (col("twice") / 2).cast(IntegerType))
      .makeReply("fooLength")
    val query = replies.writeStream.server.replyTo("functions").start()

    assertAnswers("functions", query)
  }

  @Test
  def theRealTimeTriggerIsSetWhereSparkHasIt(): Unit = {
    val requests = spark.readStream.continuousServer
      .address("localhost", 0, "real_time")
      .load()
    val writer = requests.makeReply("request").writeStream.continuousServer

    if (spark.version >= "4.1") assertThat(writer.realTime("5 minutes") eq writer).isTrue
    else
      assertThatThrownBy(() => writer.realTime("5 minutes"))
        .isInstanceOf(classOf[UnsupportedOperationException])
  }

  private def assertAnswers(name: String, query: StreamingQuery): Unit =
    try {
      val port = Serving.serviceInfo(name).get(0).port
      val request = HttpRequest
        .newBuilder(URI.create(s"http://localhost:$port/$name"))
        .POST(HttpRequest.BodyPublishers.ofString("""{"foo":"hello","bar":1}"""))
        .build()
      val response = client.send(request, HttpResponse.BodyHandlers.ofString())

      assertThat(response.body).isEqualTo("""{"fooLength":5}""")
      assertThat(response.statusCode).isEqualTo(200)
    } finally query.stop()
}
