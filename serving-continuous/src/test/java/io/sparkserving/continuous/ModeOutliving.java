package io.sparkserving.continuous;

import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.OutlivingContractTest;
import io.sparkserving.testing.Volume;

/** With one trigger. */
abstract class ModeOutliving extends OutlivingContractTest {
  private final Mode mode;

  ModeOutliving(Mode mode) {
    this.mode = mode;
  }

  @Override
  protected ServingReader from(ServingReader reader) {
    return reader.continuousServer();
  }

  @Override
  protected ServingWriter to(ServingWriter writer) {
    return mode.apply(writer.continuousServer());
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
