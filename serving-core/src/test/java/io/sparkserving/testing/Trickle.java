package io.sparkserving.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Sends bytes piece by piece, as a slow client does. */
final class Trickle {

  private Trickle() {}

  /** The first piece goes at once, then one per interval; completes when the last is sent. */
  static CompletableFuture<Void> send(
      ScheduledExecutorService scheduler,
      RawHttp http,
      byte[] bytes,
      int pieces,
      Duration interval) {
    CompletableFuture<?>[] sent = new CompletableFuture<?>[pieces];
    for (int i = 0; i < pieces; i++) {
      int from = (int) ((long) bytes.length * i / pieces);
      int to = (int) ((long) bytes.length * (i + 1) / pieces);
      byte[] piece = Arrays.copyOfRange(bytes, from, to);
      CompletableFuture<Void> done = new CompletableFuture<>();
      sent[i] = done;
      scheduler.schedule(
          () -> sendPiece(http, piece, done), interval.toMillis() * i, TimeUnit.MILLISECONDS);
    }
    return CompletableFuture.allOf(sent);
  }

  private static void sendPiece(RawHttp http, byte[] piece, CompletableFuture<Void> done) {
    try {
      http.send(piece);
      done.complete(null);
    } catch (IOException e) {
      done.completeExceptionally(e);
    }
  }
}
