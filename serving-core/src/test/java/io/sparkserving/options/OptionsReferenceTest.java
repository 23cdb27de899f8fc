package io.sparkserving.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsReferenceTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "options.md");

  @Test
  void theDocumentHasTheTablesThatTheDefinitionsGive() throws IOException {
    String document = Files.readString(DOCUMENT);
    assertThat(section(document, "reader")).isEqualTo(OptionsReference.reader());
    assertThat(section(document, "writer")).isEqualTo(OptionsReference.writer());
    assertThat(section(document, "supervision")).isEqualTo(OptionsReference.supervision());
  }

  private static String section(String document, String name) {
    String begin = "<!-- " + name + " -->\n";
    int from = document.indexOf(begin) + begin.length();
    return document.substring(from, document.indexOf("<!-- end -->", from));
  }
}
