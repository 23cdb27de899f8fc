package io.sparkserving.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.Documents;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class OptionsReferenceTest {
  private static final String DOCUMENT = "options.md";

  @Test
  void theDocumentHasTheTablesThatTheDefinitionsGive() throws IOException {
    assertThat(Documents.section(DOCUMENT, "reader")).isEqualTo(OptionsReference.reader());
    assertThat(Documents.section(DOCUMENT, "writer")).isEqualTo(OptionsReference.writer());
    assertThat(Documents.section(DOCUMENT, "supervision"))
        .isEqualTo(OptionsReference.supervision());
  }
}
