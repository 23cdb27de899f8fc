package io.sparkserving.continuous;

import io.sparkserving.testing.FrozenDriverContract;

class ContinuousFrozenDriverTest extends FrozenDriverContract {
  ContinuousFrozenDriverTest() {
    super("continuousServer");
  }
}
