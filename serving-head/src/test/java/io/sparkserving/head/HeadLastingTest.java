package io.sparkserving.head;

import io.sparkserving.testing.LastingContractTest;
import io.sparkserving.testing.TestedMode;

final class HeadLastingTest extends LastingContractTest {
  HeadLastingTest() {
    super(TestedMode.HEAD);
  }
}
