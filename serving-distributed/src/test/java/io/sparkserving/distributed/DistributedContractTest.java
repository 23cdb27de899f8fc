package io.sparkserving.distributed;

import io.sparkserving.testing.GatewayContract;
import io.sparkserving.testing.ServingContractTest;
import java.util.Map;

/** The HTTP contract, kept by a server of the JVM that runs the tasks. */
final class DistributedContractTest extends ServingContractTest implements GatewayContract {

  @Override
  protected String format() {
    return "distributedServer";
  }

  /** Offset and commit logs, which cost more than the batch, written aside now and then. */
  @Override
  public Map<String, String> quickBatchOptions() {
    return Map.of(
        "asyncProgressTrackingEnabled", "true",
        "_asyncProgressTrackingOverrideSinkSupportCheck", "true");
  }
}
