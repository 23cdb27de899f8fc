package io.sparkserving.continuous;

import org.junit.jupiter.api.Tag;

@Tag("everything")
final class RealTimeLastingTest extends ModeLasting {
  RealTimeLastingTest() {
    super(Mode.REAL_TIME);
  }
}
