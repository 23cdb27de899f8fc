package io.sparkserving.head;

import io.sparkserving.testing.OutlivingContractTest;
import io.sparkserving.testing.TestedMode;

final class HeadOutlivingTest extends OutlivingContractTest {
  HeadOutlivingTest() {
    super(TestedMode.HEAD);
  }

  @Override
  protected boolean shuffles() {
    return true;
  }
}
