package io.sparkserving.continuous;

import org.junit.jupiter.api.Tag;

@Tag("everything")
@Tag("long")
final class ContinuousOutlivingTest extends ModeOutliving {
  ContinuousOutlivingTest() {
    super(Mode.CONTINUOUS);
  }
}
