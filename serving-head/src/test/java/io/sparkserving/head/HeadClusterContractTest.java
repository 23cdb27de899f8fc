package io.sparkserving.head;

import io.sparkserving.testing.ServingContractTest;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The HTTP contract, kept by the queue on the driver with its tasks in executors. */
@Tag("everything")
final class HeadClusterContractTest extends ServingContractTest {

  @Override
  protected String format() {
    return "server";
  }

  @Override
  protected int executors() {
    return 2;
  }

  @Override
  public boolean tasksAreBesideServers() {
    return false;
  }

  /** Offset and commit logs, which cost more than the batch, written aside now and then. */
  @Override
  public Map<String, String> quickBatchOptions() {
    return Map.of(
        "asyncProgressTrackingEnabled", "true",
        "_asyncProgressTrackingOverrideSinkSupportCheck", "true");
  }
}
