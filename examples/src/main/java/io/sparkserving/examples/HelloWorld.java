package io.sparkserving.examples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;

import io.sparkserving.Serving;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Answers each request with the length of its field {@code foo}.
 *
 * <pre>{@code
 * spark-submit --jars serving-bundle.jar --class io.sparkserving.examples.HelloWorld \
 *     serving-examples.jar [host] [port]
 * curl -d '{"foo":"hello","bar":1}' localhost:8888/my_api
 * }</pre>
 */
public final class HelloWorld {
  private static final StructType SCHEMA =
      new StructType().add("foo", DataTypes.StringType).add("bar", DataTypes.IntegerType);

  private HelloWorld() {}

  /** Serves until it is told to stop, by a signal or by the query's end. */
  public static void main(String[] args) throws Exception {
    String host = args.length > 0 ? args[0] : "localhost";
    int port = args.length > 1 ? Integer.parseInt(args[1]) : 8888;

    SparkSession spark = SparkSession.builder().appName("Hello world").getOrCreate();
    Dataset<Row> requests =
        Serving.parseRequest(
            Serving.readStream(spark).server().address(host, port, "my_api").load(), SCHEMA);
    Dataset<Row> replies =
        Serving.makeReply(requests.withColumn("fooLength", length(col("foo"))), "fooLength");
    StreamingQuery query =
        Serving.writeStream(replies).server().replyTo("my_api").queryName("hello_world").start();
    query.awaitTermination();
  }
}
