package io.sparkserving.continuous;

final class LingeringOutlivingTest extends ModeOutliving {
  LingeringOutlivingTest() {
    super(Mode.LINGERING);
  }
}
