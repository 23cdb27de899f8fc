package io.sparkserving.continuous;

import org.junit.jupiter.api.Tag;

@Tag("everything")
final class RealTimeOutlivingTest extends ModeOutliving {
  RealTimeOutlivingTest() {
    super(Mode.REAL_TIME);
  }
}
