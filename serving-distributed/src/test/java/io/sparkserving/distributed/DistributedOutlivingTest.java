package io.sparkserving.distributed;

import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.OutlivingContractTest;
import org.junit.jupiter.api.Tag;

@Tag("everything")
final class DistributedOutlivingTest extends OutlivingContractTest {

  @Override
  protected ServingReader from(ServingReader reader) {
    return reader.distributedServer();
  }

  @Override
  protected ServingWriter to(ServingWriter writer) {
    return writer.distributedServer();
  }

  @Override
  protected boolean shuffles() {
    return true;
  }
}
