package io.sparkserving.protocols;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LearnedTypesTest {
  private static final byte[] DOCUMENT =
      """
      {"paths":{"/m":{"post":{"responses":{"200":{"content":{"application/json":{"schema":
      {"properties":{"p":{"type":"integer","format":"int32"}}}}}}}}}}}
      """
          .getBytes(StandardCharsets.UTF_8);
  private static final byte[] NO_QUERY_YET =
      "{\"paths\":{\"/m\":{\"post\":{}}}}".getBytes(StandardCharsets.UTF_8);

  private final Queue<CompletableFuture<byte[]>> asked = new ArrayDeque<>();

  private LearnedTypes types(Duration moment) {
    return new LearnedTypes(
        () -> {
          CompletableFuture<byte[]> answer = new CompletableFuture<>();
          asked.add(answer);
          return answer;
        },
        moment);
  }

  @Test
  void allWaitForTheSameWord() {
    LearnedTypes types = types(Duration.ofMinutes(5));
    CompletableFuture<ModelTypes> first = types.get();
    CompletableFuture<ModelTypes> second = types.get();
    assertThat(asked).hasSize(1);
    assertThat(first).isNotDone();
    asked.remove().complete(DOCUMENT);
    assertThat(first.join().outputs()).containsOnlyKeys("p");
    assertThat(second.join().outputs()).containsOnlyKeys("p");
    assertThat(types.get()).isDone();
    assertThat(asked).isEmpty();
  }

  @Test
  void aDriverThatLetsTheMomentPassIsNotWaitedForUntilItSpeaks() {
    LearnedTypes types = types(Duration.ofMillis(1));
    assertThat(types.get().join().outputs()).isEmpty();
    for (int i = 0; i < 3; i++) {
      assertThat(types.get()).isDone();
    }
    assertThat(asked).hasSize(1);

    asked.remove().completeExceptionally(new IOException("No answer"));
    assertThat(types.get()).as("asks again, and goes on").isDone();
    assertThat(asked).hasSize(1);

    asked.remove().complete(DOCUMENT);
    assertThat(types.get().join().outputs()).containsOnlyKeys("p");
    assertThat(asked).isEmpty();
  }

  @Test
  void whatIsNotKnownYetIsAskedForAgain() {
    LearnedTypes types = types(Duration.ofMinutes(5));
    CompletableFuture<ModelTypes> before = types.get();
    asked.remove().complete(NO_QUERY_YET);
    assertThat(before.join().outputs()).isEmpty();
    CompletableFuture<ModelTypes> after = types.get();
    assertThat(after).isNotDone();
    asked.remove().complete(DOCUMENT);
    assertThat(after.join().outputs()).containsOnlyKeys("p");

    LearnedTypes unreadable = types(Duration.ofMinutes(5));
    CompletableFuture<ModelTypes> odd = unreadable.get();
    asked.remove().complete(new byte[] {'x'});
    assertThat(odd.join().outputs()).isEmpty();
  }
}
