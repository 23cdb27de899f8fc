package io.sparkserving.distributed;

import io.sparkserving.testing.OutlivingContractTest;
import io.sparkserving.testing.TestedMode;
import org.junit.jupiter.api.Tag;

@Tag("everything")
final class DistributedOutlivingTest extends OutlivingContractTest {
  DistributedOutlivingTest() {
    super(TestedMode.DISTRIBUTED);
  }

  @Override
  protected boolean shuffles() {
    return true;
  }
}
