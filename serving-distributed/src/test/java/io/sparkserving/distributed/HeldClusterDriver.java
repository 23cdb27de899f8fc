package io.sparkserving.distributed;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.sparkserving.Serving;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.SparkSessions;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;

/**
 * A driver program to be killed, on a cluster of its own making or the master that is its argument.
 * Its service answers with executor and process, but holds a body "hold" for ever. Prints the ports
 * of its servers.
 */
final class HeldClusterDriver {

  static final String NAME = "held";
  static final String PORTS = "ports:";

  private HeldClusterDriver() {}

  public static void main(String[] arguments) throws Exception {
    SparkSession spark =
        SparkSessions.start(
            arguments[0],
            Map.of("spark.executor.extraClassPath", System.getProperty("java.class.path")));
    Dataset<Row> requests =
        Serving.readStream(spark).distributedServer().address("localhost", 0, NAME).load();
    Dataset<Row> answers =
        ClusterService.text(requests)
            .withColumn(
                "answer",
                udf((UDF1<String, String>) HeldClusterDriver::answer, DataTypes.StringType)
                    .asNondeterministic()
                    .apply(col("value")));
    StreamingQuery query =
        Serving.writeStream(Serving.makeReply(answers, "answer"))
            .distributedServer()
            .replyTo(NAME)
            .start();
    ClusterService.portsOf(NAME).forEach(port -> System.out.println(PORTS + port));
    System.out.println(NAME);
    query.awaitTermination();
  }

  private static String answer(String text) throws InterruptedException {
    if (text.equals("hold")) {
      new CountDownLatch(1).await();
    }
    return ExecutorCluster.executor() + " " + text;
  }
}
