package io.sparkserving.continuous;

import org.junit.jupiter.api.Tag;

@Tag("everything")
final class LingeringLastingTest extends ModeLasting {
  LingeringLastingTest() {
    super(Mode.LINGERING);
  }
}
