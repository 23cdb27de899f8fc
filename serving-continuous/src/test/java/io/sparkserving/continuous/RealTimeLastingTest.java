package io.sparkserving.continuous;

import io.sparkserving.testing.LastingContractTest;
import org.junit.jupiter.api.Tag;

@Tag("everything")
final class RealTimeLastingTest extends LastingContractTest {
  RealTimeLastingTest() {
    super(Mode.REAL_TIME.tested());
  }
}
