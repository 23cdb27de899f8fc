package io.sparkserving.continuous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServiceInfo;
import io.sparkserving.Serving;
import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.SparkSessions;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where each partition has a server of its own. */
class ServerScopeTest {
  private static final int PARTITIONS = 2;

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[4]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @ParameterizedTest
  @EnumSource
  void theServerOfEachPartitionIsAnsweredByThatPartition(Mode mode) throws Exception {
    String name = mode.service("partition");
    StreamingQuery query =
        ContinuousService.writer(
                spark,
                mode,
                name,
                freePort(),
                Map.of(
                    "numPartitions",
                    Integer.toString(PARTITIONS),
                    "serverScope",
                    "partition",
                    "epochLength",
                    "1s"),
                ServerScopeTest::withPartition)
            .start();
    try {
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(Serving.serviceInfo(name)).hasSize(PARTITIONS));
      Set<String> partitions = ConcurrentHashMap.newKeySet();
      for (int port : ports(name)) {
        Set<String> own = ConcurrentHashMap.newKeySet();
        LoadReport report =
            new LoadClient(port, 4, 200, Duration.ofMinutes(1))
                .run(
                    number -> new ContinuousService(mode, name, port).request("r" + number),
                    (number, response) -> {
                      String[] parts = response.text().split(" ", 2);
                      own.add(parts[0]);
                      return parts[1].equals("r" + number);
                    });
        assertThat(report.isAll(200)).as("%s", report).isTrue();
        assertThat(own).hasSize(1);
        partitions.addAll(own);
      }
      assertThat(partitions).containsExactlyInAnyOrder("0", "1");
    } finally {
      query.stop();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static List<Integer> ports(String name) {
    return Serving.serviceInfo(name).stream().map(ServiceInfo::port).toList();
  }

  private static Dataset<Row> withPartition(Dataset<Row> requests) {
    UserDefinedFunction partition =
        functions
            .udf(
                (UDF1<String, String>) body -> TaskContext.get().partitionId() + " " + body,
                DataTypes.StringType)
            .asNondeterministic();
    return Serving.makeReply(
        ContinuousService.text(requests)
            .withColumn("value", partition.apply(functions.col("value"))),
        "value");
  }
}
