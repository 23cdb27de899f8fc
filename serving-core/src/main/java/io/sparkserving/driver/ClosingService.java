package io.sparkserving.driver;

import io.sparkserving.driver.DriverOperations.RunningDirectory;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service that nobody can find any more, and whose servers and directory are to close. Whoever
 * has taken it out of the catalogue closes it, without a lock; whoever wants to open another one of
 * its name waits for that.
 */
final class ClosingService {
  private static final Logger LOG = LoggerFactory.getLogger(ClosingService.class);

  private final RunningService service;
  private final @Nullable RunningDirectory directory;
  private final Runnable forget;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /**
   * @param directory of the service, if it has one
   * @param forget called when the service has closed, before those who wait for it go on
   */
  ClosingService(RunningService service, @Nullable RunningDirectory directory, Runnable forget) {
    this.service = service;
    this.directory = directory;
    this.forget = forget;
  }

  /** Closes the service and its directory, and waits for a bounded time until they have closed. */
  void close() {
    String stopped = service.toString(); // with the ports that it is about to leave
    try {
      if (directory != null) {
        directory.stop();
      }
      service.close();
      LOG.info("Stopped {}", stopped);
    } finally {
      forget.run();
      closed.complete(null);
    }
  }

  /** Waits until the service has closed, interrupted or not. */
  void await() {
    closed.join();
  }
}
