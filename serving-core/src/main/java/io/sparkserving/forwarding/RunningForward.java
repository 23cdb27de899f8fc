package io.sparkserving.forwarding;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** One server that is forwarded, until it is closed. All threads may call all methods. */
public interface RunningForward {
  /**
   * Complete when a gateway has begun to forward; exceptionally, with an {@link IOException} that
   * says why, if it could not. Later losses do not count.
   */
  CompletableFuture<Void> started();

  /** {@code host:port} of the gateway; empty while the connection to it is lost. */
  Optional<String> address();

  /** Frees the gateway's port. */
  void close();

  /**
   * Waits until a gateway has begun to forward.
   *
   * @throws IOException if it could not, or if the thread is interrupted
   */
  default void awaitStarted() throws IOException {
    try {
      started().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for a gateway", e);
    }
  }
}
