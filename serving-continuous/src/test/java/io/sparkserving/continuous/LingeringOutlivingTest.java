package io.sparkserving.continuous;

import org.junit.jupiter.api.Tag;

@Tag("everything")
@Tag("long")
final class LingeringOutlivingTest extends ModeOutliving {
  LingeringOutlivingTest() {
    super(Mode.LINGERING);
  }
}
