package io.sparkserving.continuous;

import io.sparkserving.testing.OutlivingContractTest;
import io.sparkserving.testing.Volume;

/** With one trigger. */
abstract class ModeOutliving extends OutlivingContractTest {
  ModeOutliving(Mode mode) {
    super(mode.tested());
  }

  @Override
  protected int requests() {
    return Volume.of(1_000);
  }

  @Override
  protected int oneIn() {
    return 500;
  }

  @Override
  protected int replacements() {
    return 2 + Volume.of(1);
  }
}
