package io.sparkserving.distributed;

import io.sparkserving.testing.LastingContractTest;
import io.sparkserving.testing.TestedMode;
import org.junit.jupiter.api.Tag;

@Tag("everything")
final class DistributedLastingTest extends LastingContractTest {
  DistributedLastingTest() {
    super(TestedMode.DISTRIBUTED);
  }
}
