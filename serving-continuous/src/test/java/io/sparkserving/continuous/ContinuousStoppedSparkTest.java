package io.sparkserving.continuous;

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
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A session that ends while a service waits for requests. */
@Timeout(120)
class ContinuousStoppedSparkTest {
  @ParameterizedTest
  @EnumSource(Mode.class)
  void aServiceThatHasNothingToDoEndsWithItsSpark(Mode mode) throws Exception {
    String name = mode.service("again");
    SparkSession spark = SparkSessions.start("local[2]");
    StreamingQuery query =
        ContinuousService.writer(
                spark, mode, name, 0, Map.of("numPartitions", "1"), ContinuousService::echo)
            .start();
    int port = Serving.serviceInfo(name).get(0).port();
    try (RawHttp http = RawHttp.connect(port)) {
      assertThat(http.call(RawRequest.post("/" + name, "body")).text()).isEqualTo("body");
    }
    spark.stop();
    // The thread of a query may end by an exception of Spark's: it cannot say that it ends.
    await()
        .dontCatchUncaughtExceptions()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ServiceRegistry.jvm().catalogue().find(name) == null);
    assertThat(query.isActive()).isFalse();
    assertThatThrownBy(() -> RawHttp.connect(port)).isInstanceOf(ConnectException.class);
  }
}
