package io.sparkserving.forwarding;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The forward of one server, until the forward is closed. All threads may call all methods. */
public interface RunningForward {
  /**
   * Complete when a gateway has begun to forward; exceptionally, with an {@link IOException} that
   * says why, if no gateway could. Later losses do not count.
   */
  CompletableFuture<Void> started();

  /** {@code host:port} of the gateway; empty while the connection to the gateway is lost. */
  Optional<String> address();

  /** Frees the gateway's port. */
  void close();

  /**
   * Waits until a gateway has begun to forward.
   *
   * @throws IOException if no gateway could, or if the thread is interrupted
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
