package io.sparkserving.continuous;

import io.sparkserving.testing.LastingContractTest;
import org.junit.jupiter.api.Tag;

@Tag("everything")
final class LingeringLastingTest extends LastingContractTest {
  LingeringLastingTest() {
    super(Mode.LINGERING.tested());
  }
}
