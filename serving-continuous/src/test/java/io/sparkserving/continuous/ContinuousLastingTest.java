package io.sparkserving.continuous;

import io.sparkserving.testing.LastingContractTest;
import org.junit.jupiter.api.Tag;

@Tag("everything")
final class ContinuousLastingTest extends LastingContractTest {
  ContinuousLastingTest() {
    super(Mode.CONTINUOUS.tested());
  }
}
