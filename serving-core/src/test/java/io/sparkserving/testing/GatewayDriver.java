package io.sparkserving.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.awaitility.Awaitility;

/**
 * A driver program that is to be frozen. Its arguments are Spark's master, the port of the gateway
 * of its service, how many executors there are, and the format. The service answers with the
 * executor that computed the reply. Prints the ports of its servers.
 */
public final class GatewayDriver {
  static final String NAME = "gateway";
  static final String PORT = "port:";
  static final String CONTINUOUS = "continuousServer";

  private GatewayDriver() {}

  public static void main(String[] arguments) throws Exception {
    SparkSession spark =
        SparkSessions.start(
            arguments[0],
            Map.of("spark.executor.extraClassPath", System.getProperty("java.class.path")));
    StreamingQuery query = start(spark, arguments[1], arguments[2], arguments[3]);
    int executors = Integer.parseInt(arguments[2]);
    Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> servers().size() == executors);
    servers().forEach(server -> System.out.println(PORT + server.port()));
    System.out.println(NAME);
    query.awaitTermination();
  }

  private static StreamingQuery start(
      SparkSession spark, String gatewayPort, String executors, String format) throws Exception {
    ServingReader reader = Serving.readStream(spark);
    boolean continuous = format.equals(CONTINUOUS);
    Dataset<Row> requests =
        (continuous ? reader.continuousServer() : reader.distributedServer())
            .address("localhost", 0, NAME)
            .option("gateway.port", gatewayPort)
            .option("numPartitions", executors)
            .load();
    ServingWriter writer =
        Serving.writeStream(
            Serving.makeReply(
                Serving.parseRequest(requests, DataTypes.StringType)
                    .withColumn(
                        "answer",
                        udf(
                                (UDF1<String, String>) body -> ExecutorCluster.executor(),
                                DataTypes.StringType)
                            .asNondeterministic()
                            .apply(col("value"))),
                "answer"));
    return continuous
        ? writer.continuousServer().replyTo(NAME).trigger(Trigger.Continuous("1 second")).start()
        : writer.distributedServer().replyTo(NAME).start();
  }

  private static List<ServiceInfo> servers() {
    return Serving.serviceInfo(NAME);
  }
}
