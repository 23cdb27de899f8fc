package io.sparkserving.continuous;

import org.junit.jupiter.api.Tag;

@Tag("everything")
@Tag("long")
final class RealTimeOutlivingTest extends ModeOutliving {
  RealTimeOutlivingTest() {
    super(Mode.REAL_TIME);
  }
}
