package io.sparkserving.continuous;

import org.junit.jupiter.api.Tag;

@Tag("everything")
final class ContinuousLastingTest extends ModeLasting {
  ContinuousLastingTest() {
    super(Mode.CONTINUOUS);
  }
}
