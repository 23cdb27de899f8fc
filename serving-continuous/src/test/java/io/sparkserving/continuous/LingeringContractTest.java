package io.sparkserving.continuous;

import io.sparkserving.testing.ServingContractTest;
import java.util.Map;

/** The HTTP contract, kept without a trigger, by batches that linger. */
final class LingeringContractTest extends ServingContractTest {

  @Override
  protected String format() {
    return "continuousServer";
  }

  @Override
  protected Map<String, String> readerOptions() {
    return Map.of("numPartitions", "1", "epochLength", "300ms");
  }
}
