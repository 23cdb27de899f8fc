package io.sparkserving.operations.metrics;

import com.codahale.metrics.MetricRegistry;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.dropwizard.DropwizardConfig;
import io.micrometer.core.instrument.dropwizard.DropwizardMeterRegistry;
import io.micrometer.core.instrument.util.HierarchicalNameMapper;
import io.sparkserving.metrics.ServingMeter;
import org.apache.spark.metrics.source.Source;
import org.jspecify.annotations.Nullable;

/**
 * Meters as Spark's metrics system takes them. Spark keeps its {@code Source} to itself, in Scala;
 * to the JVM {@code Source} is an interface as any other, and the same from Spark 3.5 to 4.3.
 */
final class ServingSource extends DropwizardMeterRegistry implements Source {
  /** Names without what the name of the source says already. */
  private static final HierarchicalNameMapper NAMES =
      (id, convention) -> ServingMeter.shortened(id.getName());

  private final String sourceName;

  ServingSource(String sourceName) {
    super(new Configuration(), new MetricRegistry(), NAMES, Clock.SYSTEM);
    this.sourceName = sourceName;
  }

  @Override
  public String sourceName() {
    return sourceName;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return getDropwizardRegistry();
  }

  @Override
  protected Double nullGaugeValue() {
    return Double.NaN;
  }

  private static final class Configuration implements DropwizardConfig {
    @Override
    public String prefix() {
      return "spark.serving";
    }

    @Override
    public @Nullable String get(String key) {
      return null;
    }
  }
}
