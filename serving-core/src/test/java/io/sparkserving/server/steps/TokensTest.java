package io.sparkserving.server.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sparkserving.options.AccessConfiguration;
import io.sparkserving.testing.TurnedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
  private static final String FIRST = "first-0123456789";
  private static final String SECOND = "second-0123456789";

  private final TurnedClock clock = new TurnedClock();
  private Path file = Path.of("");

  @BeforeEach
  void nameFile(@TempDir Path folder) {
    file = folder.resolve("tokens");
  }

  private Tokens tokens() {
    AccessConfiguration access =
        new AccessConfiguration(Optional.empty(), Optional.of(file.toString()));
    return Tokens.of(access, clock);
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
    clock.advance(Duration.ofMillis(1001));
  }

  @Test
  void aChangedFileChangesTheTokensWithinASecond() throws IOException {
    write(FIRST);
    Tokens tokens = tokens();
    assertThat(tokens.contain(FIRST)).isTrue();
    assertThat(tokens.contain(SECOND)).isFalse();
    assertThat(tokens.contain("")).isFalse();

    Files.writeString(file, SECOND);
    assertThat(tokens.contain(FIRST)).isTrue();
    write("# both\n\n" + FIRST + " \n" + SECOND + "\n");
    assertThat(tokens.contain(FIRST)).isTrue();
    assertThat(tokens.contain(SECOND)).isTrue();
    write(SECOND);
    assertThat(tokens.contain(FIRST)).isFalse();
    assertThat(tokens.contain(SECOND)).isTrue();
  }

  @Test
  void aFileWithoutTokensLeavesTheFormerOnes() throws IOException {
    write(FIRST);
    Tokens tokens = tokens();
    for (String broken : new String[] {"", "# nothing yet", "short"}) {
      write(broken);
      assertThat(tokens.contain(FIRST)).isTrue();
      assertThat(tokens.contain(broken)).isFalse();
    }
    Files.delete(file);
    clock.advance(Duration.ofSeconds(2));
    assertThat(tokens.contain(FIRST)).isTrue();
  }

  @Test
  void aServiceDoesNotStartWithAFileThatHasNone() throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(this::tokens)
        .withMessageContaining("auth.tokensFile")
        .withMessageContaining("cannot be read");
    write("shortsecret");
    assertThatIllegalArgumentException()
        .isThrownBy(this::tokens)
        .withMessageContaining("auth.tokensFile")
        .satisfies(failure -> assertThat(failure).hasMessageNotContaining("shortsecret"));
  }
}
