package io.sparkserving.forwarding.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import io.sparkserving.testing.ExecutorCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardedClusterTest {

  private static List<String> addresses() {
    return Serving.serviceInfo("everywhere").stream()
        .map(ServiceInfo::forwardedAddress)
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  @Test
  void eachExecutorHasAPortOfTheGatewayAndTheDriverHearsOfItsReturn(@TempDir Path folder)
      throws Exception {
    try (SshServer server = SshServer.start(folder.resolve("server"));
        SparkSession spark = ExecutorCluster.start(2)) {
      Dataset<Row> requests =
          Serving.readStream(spark)
              .distributedServer()
              .address("localhost", 0, "everywhere")
              .option("numPartitions", "2")
              .options(server.options(SshServer.freePort()))
              .load();
      StreamingQuery query =
          Serving.writeStream(
                  Serving.makeReply(Serving.parseRequest(requests, DataTypes.StringType), "value"))
              .distributedServer()
              .replyTo("everywhere")
              .start();
      try {
        await().atMost(Duration.ofSeconds(60)).until(() -> addresses().size() == 2);
        for (String address : addresses()) {
          assertThat(EchoServer.post(address, "everywhere", "hello")).isEqualTo("hello");
        }
        List<String> before = addresses();
        server.kill();
        await().atMost(Duration.ofSeconds(20)).until(() -> addresses().isEmpty());
        server.run();
        await().atMost(Duration.ofSeconds(30)).until(() -> addresses().size() == 2);
        assertThat(addresses()).containsExactlyInAnyOrderElementsOf(before);
      } finally {
        query.stop();
      }
    }
  }
}
