package io.sparkserving.continuous;

import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.OutlivingContractTest;

final class ContinuousOutlivingTest extends OutlivingContractTest {

  @Override
  protected ServingReader from(ServingReader reader) {
    return reader.continuousServer();
  }

  @Override
  protected ServingWriter to(ServingWriter writer) {
    return Mode.CONTINUOUS.apply(writer.continuousServer());
  }

  @Override
  protected int requests() {
    return 20_000;
  }

  @Override
  protected int oneIn() {
    return 500;
  }

  @Override
  protected int replacements() {
    return 10;
  }
}
