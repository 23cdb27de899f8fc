package io.sparkserving.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.SparkSessions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerExecutorExcluded;
import org.apache.spark.scheduler.SparkListenerExecutorUnexcluded;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;

class DistributedExclusionTest {
  private static final String NAME = "excluded";
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void aServerWhereSparkSendsNoTasksRefusesRequestsUntilItDoes() throws Exception {
    SparkSession spark =
        SparkSessions.start("local[2]", Map.of("spark.excludeOnFailure.enabled", "true"));
    StreamingQuery query =
        Serving.writeStream(
                ClusterService.echo(
                    Serving.readStream(spark)
                        .distributedServer()
                        .address("localhost", 0, NAME)
                        .load()))
            .distributedServer()
            .replyTo(NAME)
            .start();
    int port = ClusterService.portsOf(NAME).get(0);
    assertThat(post(port)).isEqualTo(200);

    tell(spark, new SparkListenerExecutorExcluded(1, "driver", 2));
    await().atMost(LONG).until(() -> ClusterService.portsOf(NAME).isEmpty());
    await().atMost(LONG).until(() -> post(port) == 503);

    tell(spark, new SparkListenerExecutorUnexcluded(2, "driver"));
    await().atMost(LONG).until(() -> ClusterService.portsOf(NAME).contains(port));
    await().atMost(LONG).until(() -> post(port) == 200);
    query.stop();
    spark.stop();
  }

  /** As Spark's scheduler does. */
  private static void tell(SparkSession spark, SparkListenerEvent event) {
    spark.sparkContext().listenerBus().post(event);
  }

  private static int post(int port) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.call(RawRequest.post("/" + NAME, "who")).status();
    }
  }
}
