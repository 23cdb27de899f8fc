package io.sparkserving.continuous;

final class ContinuousOutlivingTest extends ModeOutliving {
  ContinuousOutlivingTest() {
    super(Mode.CONTINUOUS);
  }
}
