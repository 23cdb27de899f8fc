package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.SparkSessions;
import java.net.ConnectException;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session that ends, and another one after it, as when a notebook's cells are run again. */
@Timeout(120)
class HeadStoppedSparkTest {
  @Test
  void aServiceThatHasNothingToDoEndsWithItsSpark() throws Exception {
    for (int i = 0; i < 2; i++) {
      SparkSession spark = SparkSessions.start("local[2]");
      HeadService service = HeadService.start(spark, "again", HeadPipelines::echo);
      assertThat(service.post("body").text()).isEqualTo("body");
      service.query().processAllAvailable();
      spark.stop();
      // The thread of a query may end by an exception of Spark's: it cannot say that it ends.
      await()
          .dontCatchUncaughtExceptions()
          .atMost(Duration.ofSeconds(10))
          .until(() -> ServiceRegistry.jvm().catalogue().find("again") == null);
      assertThat(service.query().isActive()).isFalse();
      assertThatThrownBy(() -> RawHttp.connect(service.port()))
          .isInstanceOf(ConnectException.class);
      assertThatThrownBy(() -> Serving.serviceInfo("again")).hasMessageContaining("again");
    }
  }
}
