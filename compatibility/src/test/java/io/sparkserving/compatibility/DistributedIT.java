package io.sparkserving.compatibility;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.Serving;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distributed service with the built jar, its one server in the JVM of a local Spark. */
final class DistributedIT {
  private static final StructType SCHEMA =
      new StructType().add("foo", DataTypes.StringType).add("bar", DataTypes.IntegerType);
  private static final String REQUEST = "{\"foo\":\"hello\",\"bar\":1}";

  @Test
  void servesDirectlyAndThroughTheGatewayWhichTellsOfTheServer() throws Exception {
    int gateway = freePort();
    Dataset<Row> requests =
        Serving.readStream(LocalSpark.SESSION)
            .distributedServer()
            .address("localhost", 0, "distributed")
            .option("gateway.port", Integer.toString(gateway))
            .load();
    Dataset<Row> replies =
        Serving.makeReply(withFooLength(Serving.parseRequest(requests, SCHEMA)), "fooLength");

    try (RunningService service =
        RunningService.of(
            "distributed",
            Serving.writeStream(replies).distributedServer().replyTo("distributed").start())) {
      RunningService atGateway =
          new RunningService(
              service.query(), URI.create("http://localhost:" + gateway + "/distributed"));

      assertThat(service.post(REQUEST).body()).isEqualTo("{\"fooLength\":5}");
      assertThat(atGateway.post(REQUEST).body()).isEqualTo("{\"fooLength\":5}");
      assertThat(service.post("hello").statusCode()).isEqualTo(400);
      assertThat(atGateway.get("/_serving/services/distributed/load-balancers/nginx").body())
          .isEqualTo(Serving.loadBalancerConfiguration("distributed", "nginx"));
      assertThat(atGateway.get("/_serving/").body()).contains("page.js");
      assertThat(atGateway.get("/_serving/status").body())
          .contains("\"spark\":\"" + LocalSpark.SESSION.version() + "\"", "\"scala\":\"2.1")
          .contains("\"400\":1");
    }
  }

  @Test
  void servesThroughSparksOwnReaderAndWriterAndShuffles(@TempDir Path checkpoint) throws Exception {
    Dataset<Row> requests =
        LocalSpark.SESSION
            .readStream()
            .format("distributedServer")
            .option("port", "0")
            .option("path", "shuffled")
            .load();
    Dataset<Row> replies =
        Serving.makeReply(
            withFooLength(Serving.parseRequest(requests, SCHEMA).repartition(2)), "fooLength");

    try (RunningService service =
        RunningService.of(
            "shuffled",
            Serving.start(
                replies
                    .writeStream()
                    .format("distributedServer")
                    .option("name", "shuffled")
                    .option("checkpointLocation", checkpoint.toUri().toString())))) {
      assertThat(service.post(REQUEST).body()).isEqualTo("{\"fooLength\":5}");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      return socket.getLocalPort();
    }
  }

  private static Dataset<Row> withFooLength(Dataset<Row> requests) {
    return requests.withColumn("fooLength", length(col("foo")));
  }
}
