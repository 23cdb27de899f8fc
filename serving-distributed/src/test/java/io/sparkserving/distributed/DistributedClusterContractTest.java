package io.sparkserving.distributed;

import io.sparkserving.testing.ServingContractTest;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The HTTP contract, kept by servers of executors. */
@Tag("everything")
final class DistributedClusterContractTest extends ServingContractTest {

  @Override
  protected String format() {
    return "distributedServer";
  }

  @Override
  protected int executors() {
    return 2;
  }

  @Override
  protected int servers() {
    return executors();
  }

  /** Offset and commit logs, which cost more than the batch, written aside now and then. */
  @Override
  public Map<String, String> quickBatchOptions() {
    return Map.of(
        "asyncProgressTrackingEnabled", "true",
        "_asyncProgressTrackingOverrideSinkSupportCheck", "true");
  }
}
