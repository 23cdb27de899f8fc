package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("everything")
class HeadStartupTest {

  @Test
  void aServiceAnswersSoonAfterItsStreamIsLoaded() throws Exception {
    try (SparkSession spark = SparkSessions.start("local[2]")) {
      long start = System.nanoTime();
      try (HeadService service = HeadService.start(spark, "startup", HeadPipelines::fooLength)) {
        Duration untilStarted = Duration.ofNanos(System.nanoTime() - start);
        RawResponse response = service.post("{\"foo\":\"hello\",\"bar\":1}");
        Duration untilAnswered = Duration.ofNanos(System.nanoTime() - start);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("{\"fooLength\":5}");
        System.out.printf(
            "From load() to started: %d ms, to the first 200: %d ms%n",
            untilStarted.toMillis(), untilAnswered.toMillis());
        assertThat(untilAnswered).isLessThan(Duration.ofSeconds(60));
      }
    }
  }
}
