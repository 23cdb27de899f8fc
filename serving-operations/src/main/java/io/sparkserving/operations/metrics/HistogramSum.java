package io.sparkserving.operations.metrics;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.sparkserving.exchange.SizeHistogram;
import io.sparkserving.exchange.TimeHistogram;
import java.util.stream.Stream;

/** What several histograms with the same buckets have counted together. */
final class HistogramSum {
  private final double[] ends;
  private final long[] counts;
  private double total;

  private HistogramSum(double[] ends) {
    this.ends = ends;
    this.counts = new long[ends.length];
  }

  static HistogramSum ofTimes(Stream<TimeHistogram> histograms) {
    HistogramSum sum = new HistogramSum(TimeHistogram.endsSeconds());
    histograms.forEach(each -> sum.add(each.counts(), each.totalSeconds()));
    return sum;
  }

  static HistogramSum ofSizes(Stream<SizeHistogram> histograms) {
    HistogramSum sum = new HistogramSum(SizeHistogram.ends());
    histograms.forEach(each -> sum.add(each.counts(), (double) each.total()));
    return sum;
  }

  private void add(long[] more, double moreTotal) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += more[i];
    }
    total += moreTotal;
  }

  /** How many are in each bucket. */
  long[] counts() {
    return counts.clone();
  }

  /** The sum as a series of a page for Prometheus. */
  HistogramDataPointSnapshot dataPoint(Tags tags) {
    Labels.Builder labels = Labels.builder();
    for (Tag tag : tags) {
      labels.label(tag.getKey(), tag.getValue());
    }
    return HistogramDataPointSnapshot.builder()
        .labels(labels.build())
        .classicHistogramBuckets(ClassicHistogramBuckets.of(ends, counts))
        .sum(total)
        .build();
  }
}
