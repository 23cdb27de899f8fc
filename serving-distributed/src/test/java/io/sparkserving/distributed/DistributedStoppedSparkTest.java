package io.sparkserving.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.SparkSessions;
import java.net.ConnectException;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session that ends, and another one after it, as when a notebook's cells are run again. */
@Timeout(120)
class DistributedStoppedSparkTest {
  @Test
  void aServiceThatHasNothingToDoEndsWithItsSpark() throws Exception {
    for (int i = 0; i < 2; i++) {
      SparkSession spark = SparkSessions.start("local[2]");
      Dataset<Row> requests =
          Serving.readStream(spark).distributedServer().address("localhost", 0, "again").load();
      StreamingQuery query =
          Serving.writeStream(ClusterService.echo(requests))
              .distributedServer()
              .replyTo("again")
              .start();
      int port = ClusterService.portsOf("again").get(0);
      try (RawHttp http = RawHttp.connect(port)) {
        assertThat(http.call(RawRequest.post("/again", "body")).text()).isEqualTo("body");
      }
      query.processAllAvailable();
      spark.stop();
      // The thread of a query may end by an exception of Spark's: it cannot say that it ends.
      await()
          .dontCatchUncaughtExceptions()
          .atMost(Duration.ofSeconds(10))
          .until(() -> ServiceRegistry.jvm().catalogue().find("again") == null);
      assertThat(query.isActive()).isFalse();
      assertThatThrownBy(() -> RawHttp.connect(port)).isInstanceOf(ConnectException.class);
    }
  }
}
