package io.sparkserving.operations.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.Documents;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MetricsReferenceTest {
  private static final String DOCUMENT = "metrics.md";

  @Test
  void theDocumentHasTheTablesThatTheDefinitionsGive() throws IOException {
    assertThat(Documents.section(DOCUMENT, "server")).isEqualTo(MetricsReference.ofServer());
    assertThat(Documents.section(DOCUMENT, "function")).isEqualTo(MetricsReference.ofFunction());
    assertThat(Documents.section(DOCUMENT, "driver")).isEqualTo(MetricsReference.ofDriver());
  }
}
