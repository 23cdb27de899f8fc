package io.sparkserving.operations.metrics;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.Snapshot;
import com.codahale.metrics.UniformReservoir;
import com.codahale.metrics.WeightedSnapshot;
import com.codahale.metrics.WeightedSnapshot.WeightedSample;
import io.sparkserving.exchange.TimeHistogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A time histogram as Spark's metrics system reads histograms, in milliseconds: all times since the
 * start, each taken for the end of its bucket, or for the last end that is finite.
 */
final class BucketHistogram extends Histogram {
  private final Supplier<long[]> counts;

  BucketHistogram(Supplier<long[]> counts) {
    super(new UniformReservoir(1));
    this.counts = counts;
  }

  @Override
  public long getCount() {
    return Arrays.stream(counts.get()).sum();
  }

  @Override
  public Snapshot getSnapshot() {
    double[] ends = TimeHistogram.endsSeconds();
    long[] now = counts.get();
    List<WeightedSample> samples = new ArrayList<>();
    for (int i = 0; i < now.length; i++) {
      if (now[i] > 0) {
        double end = ends[Math.min(i, ends.length - 2)];
        samples.add(new WeightedSample(Math.round(end * 1e3), now[i]));
      }
    }
    return new WeightedSnapshot(samples);
  }
}
