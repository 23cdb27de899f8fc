package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeHistogramTest {
  private final TimeHistogram histogram = new TimeHistogram();

  @Test
  void aBucketHoldsItsEndAndTheLastOneWhateverIsLonger() {
    for (Duration each :
        new Duration[] {
          Duration.ZERO,
          Duration.ofNanos(100_000),
          Duration.ofNanos(101_000),
          Duration.ofSeconds(60),
          Duration.ofHours(1)
        }) {
      histogram.record(each.toNanos());
    }

    double[] ends = TimeHistogram.endsSeconds();
    long[] counts = histogram.counts();
    assertThat(ends).hasSameSizeAs(counts).startsWith(1e-4, 2.5e-4).isSorted();
    assertThat(ends[ends.length - 2]).isEqualTo(60);
    assertThat(counts).startsWith(2, 1, 0).endsWith(0, 1, 1);
    assertThat(histogram.totalSeconds()).isEqualTo(3660.000201);
  }
}
