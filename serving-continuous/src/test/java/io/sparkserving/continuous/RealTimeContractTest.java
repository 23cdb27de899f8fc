package io.sparkserving.continuous;

import io.sparkserving.testing.ServingContractTest;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.streaming.Trigger;

/** The HTTP contract, kept with the real-time trigger. */
final class RealTimeContractTest extends ServingContractTest {

  @Override
  protected String format() {
    return "continuousServer";
  }

  @Override
  protected Map<String, String> readerOptions() {
    return Map.of("numPartitions", "1");
  }

  /** What Spark 4.3 needs, and earlier ones do anyway. */
  @Override
  protected Map<String, String> writerOptions() {
    return Map.of("asyncProgressTrackingEnabled", "false");
  }

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "spark.sql.streaming.realTimeMode.allowlistCheck", "false",
        "spark.sql.streaming.realTimeMode.minBatchDuration", "500");
  }

  @Override
  protected Optional<Trigger> trigger() {
    return Optional.of(Trigger.RealTime("500 milliseconds"));
  }

  @Override
  protected String outputMode() {
    return "update";
  }

  @Override
  public boolean takesBranches() {
    return false;
  }

  @Override
  public boolean canShuffle() {
    return false;
  }
}
