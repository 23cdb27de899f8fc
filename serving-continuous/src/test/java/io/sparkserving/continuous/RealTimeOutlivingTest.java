package io.sparkserving.continuous;

final class RealTimeOutlivingTest extends ModeOutliving {
  RealTimeOutlivingTest() {
    super(Mode.REAL_TIME);
  }
}
