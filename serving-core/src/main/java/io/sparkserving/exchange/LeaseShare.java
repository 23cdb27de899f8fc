package io.sparkserving.exchange;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of a lease begin with: the same requests for each of them, as a plan may read a
 * stream in several branches, and a batch that is handed to a function may be read several times.
 * All threads may call all methods.
 */
public final class LeaseShare {
  private final AtomicBoolean begun = new AtomicBoolean();

  /** Null once no further reader is to come. */
  private volatile @Nullable CompletableFuture<List<Exchange>> share = new CompletableFuture<>();

  /** Written by {@link LeasesByKey} alone, under its lock. */
  private volatile int readers;

  LeaseShare() {}

  /**
   * Returns the share. Whoever asks first takes it; the others have it when that one does.
   *
   * @param take takes the share; called once at most, on the thread of the caller
   */
  CompletableFuture<List<Exchange>> get(Supplier<List<Exchange>> take) {
    CompletableFuture<List<Exchange>> result = share;
    if (result == null) {
      return CompletableFuture.completedFuture(List.of());
    }
    if (begun.compareAndSet(false, true)) {
      try {
        result.complete(take.get());
      } finally {
        // Whatever went wrong, nobody is to wait for ever.
        result.complete(List.of());
      }
    }
    return result;
  }

  /** Keeps the share no longer: nobody else reads what this task does, which may last. */
  public void forget() {
    share = null;
  }

  /** Whether a further reader would get the share. */
  boolean isKept() {
    return share != null;
  }

  /** Notes a reader that is about to ask for the share. */
  void addReader() {
    readers = readers + 1;
  }

  /** Whether the share has had several readers, tries of one and the same task among them. */
  public boolean hasSeveralReaders() {
    return readers > 1 && isKept();
  }
}
