package io.sparkserving.forwarding.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.ExecutorCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("everything")
class ForwardedClusterTest {
  private static SshServer server;
  private static SparkSession spark;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    server = SshServer.start(folder.resolve("server"));
    spark = ExecutorCluster.start(2);
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      spark.stop();
      server.close();
    }
  }

  private static List<String> addresses(String name) {
    return Serving.serviceInfo(name).stream()
        .map(ServiceInfo::forwardedAddress)
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  private static StreamingQuery start(
      String name, UnaryOperator<ServingReader> reader, UnaryOperator<ServingWriter> writer)
      throws Exception {
    Dataset<Row> requests =
        reader
            .apply(Serving.readStream(spark))
            .address("localhost", 0, name)
            .option("numPartitions", "2")
            .options(server.options(SshServer.freePort()))
            .load();
    Dataset<Row> replies =
        Serving.makeReply(Serving.parseRequest(requests, DataTypes.StringType), "value");
    return writer.apply(Serving.writeStream(replies)).replyTo(name).start();
  }

  private static void assertAnswersAtTwoAddresses(String name) throws Exception {
    await().atMost(Duration.ofSeconds(60)).until(() -> addresses(name).size() == 2);
    for (String address : addresses(name)) {
      assertThat(EchoServer.post(address, name, address)).isEqualTo(address);
    }
  }

  @Test
  void eachExecutorHasAPortOfTheGatewayAndTheDriverHearsOfItsReturn() throws Exception {
    StreamingQuery query =
        start("batches", ServingReader::distributedServer, ServingWriter::distributedServer);
    try {
      assertAnswersAtTwoAddresses("batches");
      List<String> before = addresses("batches");
      server.kill();
      await().atMost(Duration.ofSeconds(20)).until(() -> addresses("batches").isEmpty());
      server.run();
      assertAnswersAtTwoAddresses("batches");
      assertThat(addresses("batches")).containsExactlyInAnyOrderElementsOf(before);
    } finally {
      query.stop();
    }
  }

  @Test
  void eachExecutorHasAPortOfTheGatewayWhileItsReaderGoesOn() throws Exception {
    StreamingQuery query =
        start(
            "epochs",
            ServingReader::continuousServer,
            writer -> writer.continuousServer().trigger(Trigger.Continuous("1 second")));
    try {
      assertAnswersAtTwoAddresses("epochs");
    } finally {
      query.stop();
    }
  }
}
