package io.sparkserving.head;

import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.OutlivingContractTest;

final class HeadOutlivingTest extends OutlivingContractTest {

  @Override
  protected ServingReader from(ServingReader reader) {
    return reader.server();
  }

  @Override
  protected ServingWriter to(ServingWriter writer) {
    return writer.server();
  }

  @Override
  protected boolean shuffles() {
    return true;
  }
}
