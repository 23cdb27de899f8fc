package io.sparkserving.distributed;

import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.LastingContractTest;
import org.junit.jupiter.api.Tag;

@Tag("everything")
final class DistributedLastingTest extends LastingContractTest {

  @Override
  protected ServingReader from(ServingReader reader) {
    return reader.distributedServer();
  }

  @Override
  protected String format() {
    return "distributedServer";
  }

  @Override
  protected ServingWriter to(ServingWriter writer) {
    return writer.distributedServer();
  }
}
