package io.sparkserving.continuous;

import io.sparkserving.testing.GatewayContract;
import io.sparkserving.testing.ServingContractTest;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.streaming.Trigger;

/** The HTTP contract, kept with the continuous trigger. */
final class ContinuousContractTest extends ServingContractTest implements GatewayContract {

  @Override
  protected String format() {
    return "continuousServer";
  }

  @Override
  protected Map<String, String> readerOptions() {
    return Map.of("numPartitions", "1");
  }

  /** Spark reads ahead of the task, and what it has read does not wait in the queue any more. */
  @Override
  protected Map<String, String> settings() {
    return Map.of("spark.sql.streaming.continuous.executorQueueSize", "1");
  }

  @Override
  protected Optional<Trigger> trigger() {
    return Optional.of(Trigger.Continuous("300 milliseconds"));
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
