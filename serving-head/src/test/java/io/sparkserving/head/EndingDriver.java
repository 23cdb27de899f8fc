package io.sparkserving.head;

import io.sparkserving.Serving;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * A driver program that serves one request on an executor, stops its query and its Spark, and comes
 * to its end.
 */
final class EndingDriver {

  private static final String NAME = "ending";

  private EndingDriver() {}

  public static void main(String[] arguments) throws Exception {
    SparkSession spark = ExecutorCluster.start(1);
    StreamingQuery query =
        Serving.writeStream(
                HeadPipelines.echo(
                    Serving.readStream(spark).server().address("localhost", 0, NAME).load()))
            .server()
            .replyTo(NAME)
            .start();
    try (RawHttp http = RawHttp.connect(Serving.serviceInfo(NAME).get(0).port())) {
      System.out.println(http.call(RawRequest.post("/" + NAME, "served")).text());
    }
    query.stop();
    spark.stop();
  }
}
