package io.sparkserving.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;

class QueryStartTest {

  @Test
  void aQueryThatDoesNotGetReadyIsStoppedAfterTwoMinutes() {
    TurnedClock clock = new TurnedClock();
    StreamingQuery query = new StartingQuery(clock).asQuery();

    assertThatThrownBy(() -> QueryStart.awaitService(query, clock))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("still Initializing sources after 120 s");

    assertThat(query.isActive()).isFalse();
    assertThat(Duration.ofNanos(clock.nanoTime()))
        .isBetween(Duration.ofSeconds(120), Duration.ofSeconds(121));
  }
}
