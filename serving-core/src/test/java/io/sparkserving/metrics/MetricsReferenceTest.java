package io.sparkserving.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricsReferenceTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");

  @Test
  void theDocumentHasTheTablesThatTheDefinitionsGive() throws IOException {
    String document = Files.readString(DOCUMENT);
    assertThat(section(document, "server")).isEqualTo(MetricsReference.ofServer());
    assertThat(section(document, "driver")).isEqualTo(MetricsReference.ofDriver());
  }

  private static String section(String document, String name) {
    String begin = "<!-- " + name + " -->\n";
    int from = document.indexOf(begin) + begin.length();
    return document.substring(from, document.indexOf("<!-- end -->", from));
  }
}
