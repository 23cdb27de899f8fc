package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PendingRepliesTest {
  private final TurnedClock clock = new TurnedClock();
  private final PendingReplies replies = new PendingReplies(clock);

  /** Waits; returns whether the thread had been interrupted then. */
  private BackgroundTask<Boolean> await(long millis) {
    return BackgroundTask.start(
        () -> {
          replies.await(millis);
          return Thread.interrupted();
        });
  }

  @Test
  void waitingEndsWithTheLastReplyAndKeepsAnInterrupt() throws Exception {
    replies.begin();
    replies.begin();
    BackgroundTask<Boolean> waiting = await(60_000);
    waiting.awaitAsleep();
    waiting.interrupt();
    replies.end();
    waiting.awaitAsleep();
    replies.end();
    assertThat(waiting.result()).isTrue();
  }

  @Test
  void waitingEndsWithTheTime() throws Exception {
    replies.begin();
    BackgroundTask<Boolean> waiting = await(20);
    waiting.awaitAsleep();
    clock.advance(Duration.ofMillis(19));
    assertThat(waiting.isDone()).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(waiting.result()).isFalse();
  }
}
