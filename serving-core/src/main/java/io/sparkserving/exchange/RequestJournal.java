package io.sparkserving.exchange;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where one server writes down the requests that a query takes, before they are answered. All
 * threads may call all methods; only {@link #withdraw} and {@link #close} wait, for a bounded time.
 */
public interface RequestJournal {
  /** A request that is being written down. */
  interface Entry {
    /**
     * Calls back when the request is safe, and with it an answer that is to be kept.
     *
     * @param kept null if the answer is not to be kept
     * @param then gets the failure, or null; called on this thread or one of the journal's, and
     *     must not wait
     */
    void whenSafe(@Nullable KeptAnswer kept, Consumer<@Nullable IOException> then);
  }

  /**
   * Begins to write down a request that a task is about to get.
   *
   * @return null if that cannot be done now
   */
  @Nullable Entry append(LeaseKey key, Exchange exchange);

  /**
   * Takes requests back that no task has answered: whatever was computed of them is void. Returns
   * when that is safe, or cannot be made so.
   */
  void withdraw(List<Exchange> exchanges);

  /** Keeps an answer that comes after its request was answered otherwise. */
  void keep(long requestId, KeptAnswer answer);

  /** Complete when all that was written down so far is safe; exceptionally if it cannot be. */
  CompletableFuture<Void> safe();

  /** Whether requests can be written down, as far as is known. */
  boolean isWritable();

  /** Gives up, from time to time, on what has been on its way for too long. */
  void look();

  /** Ends the journal, after what was written down. */
  void close();
}
