package io.sparkserving.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sparkserving.options.AccessConfiguration;
import io.sparkserving.testing.TurnedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
        new AccessConfiguration(Optional.empty(), Optional.of(file.toString()), Set.of());
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
    assertThat(tokens.find(FIRST)).isNotNull();
    assertThat(tokens.find(SECOND)).isNull();
    assertThat(tokens.find("")).isNull();

    Files.writeString(file, SECOND);
    assertThat(tokens.find(FIRST)).isNotNull();
    write("# both\n\n" + FIRST + " \n" + SECOND + "\n");
    assertThat(tokens.find(FIRST)).isNotNull();
    assertThat(tokens.find(SECOND)).isNotNull();
    write(SECOND);
    assertThat(tokens.find(FIRST)).isNull();
    assertThat(tokens.find(SECOND)).isNotNull();
  }

  @Test
  void aFileWithoutTokensLeavesTheFormerOnes() throws IOException {
    write(FIRST);
    Tokens tokens = tokens();
    for (String broken : new String[] {"", "# nothing yet", "short"}) {
      write(broken);
      assertThat(tokens.find(FIRST)).isNotNull();
      assertThat(tokens.find(broken)).isNull();
    }
    Files.delete(file);
    clock.advance(Duration.ofSeconds(2));
    assertThat(tokens.find(FIRST)).isNotNull();
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

  @Test
  void aNameStandsBeforeTheTokenAndPaddingIsNoName() throws IOException {
    write("team.a=" + FIRST + "==\nteam.a=" + SECOND + ", " + FIRST + "=");
    Tokens tokens = tokens();
    assertThat(tokens.find(FIRST + "==")).isEqualTo(Caller.named("team.a"));
    assertThat(tokens.find(SECOND)).isEqualTo(Caller.named("team.a"));
    Caller unnamed = Objects.requireNonNull(tokens.find(FIRST + "="));
    assertThat(unnamed.name()).isNull();
    assertThat(unnamed.key()).doesNotContain(FIRST);
    assertThat(unnamed).hasToString("Caller[null]");
    for (String none : new String[] {FIRST, "team.a", "team.a=" + SECOND, ""}) {
      assertThat(tokens.find(none)).as(none).isNull();
    }
  }

  @Test
  void tokensOfAFileThatIsNotThereYetCountOnceItIs() throws IOException {
    AccessConfiguration access =
        new AccessConfiguration(Optional.empty(), Optional.of(file.toString()), Set.of());
    Tokens tokens = Tokens.whenThere(access, clock);
    assertThat(tokens.find(FIRST)).isNull();
    write(FIRST);
    assertThat(tokens.find(FIRST)).isNotNull();
  }
}
