package io.sparkserving.head;

import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.LastingContractTest;

final class HeadLastingTest extends LastingContractTest {

  @Override
  protected ServingReader from(ServingReader reader) {
    return reader.server();
  }

  @Override
  protected String format() {
    return "server";
  }

  @Override
  protected ServingWriter to(ServingWriter writer) {
    return writer.server();
  }
}
