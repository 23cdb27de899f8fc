package io.sparkserving.continuous;

import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.LastingContractTest;

/** With one trigger. */
abstract class ModeLasting extends LastingContractTest {
  private final Mode mode;

  ModeLasting(Mode mode) {
    this.mode = mode;
  }

  @Override
  protected ServingReader from(ServingReader reader) {
    return reader.continuousServer();
  }

  @Override
  protected String format() {
    return "continuousServer";
  }

  @Override
  protected ServingWriter to(ServingWriter writer) {
    return mode.apply(writer.continuousServer());
  }
}
