package io.sparkserving.exchange;

import io.netty.util.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The journal of one server, for whichever query takes its requests now. All threads may call all
 * methods; what waits is said of {@link RequestJournal}.
 */
final class Journaling {
  /** Requests are first taken for a whole batch, and written down when they are dealt out. */
  private static final int WHOLE_BATCH = -1;

  private record Current(
      long term, JournalPlace place, RequestJournal journal, CompletableFuture<Void> recovered) {}

  private final String serverId;
  private final NanoClock clock;
  private volatile @Nullable Current current;

  Journaling(String serverId, NanoClock clock) {
    this.serverId = serverId;
    this.clock = clock;
  }

  /**
   * Has the requests that tasks of a term take written down there from now on. Where this is so
   * already, only waits until answers are recovered.
   *
   * @param recovery recovers the answers of earlier servers, on this thread
   */
  void begin(long term, JournalPlace place, Runnable recovery) {
    Current before;
    Current begun = null;
    synchronized (this) {
      before = current;
      if (before == null || (before.term() <= term && !before.place().equals(place))) {
        RequestJournal journal = JournalProvider.find().open(place, serverId, clock);
        begun = new Current(term, place, journal, new CompletableFuture<>());
        current = begun;
      }
    }
    if (begun == null) {
      Objects.requireNonNull(before).recovered().join();
      return;
    }
    if (before != null) {
      before.journal().close();
    }
    try {
      recovery.run();
      begun.recovered().complete(null);
    } catch (RuntimeException | Error e) {
      begun.recovered().completeExceptionally(e);
      throw e;
    }
  }

  /** Whether a task may get a request: it is being written down, or need not be. */
  boolean append(LeaseKey key, Exchange exchange) {
    Current now = current;
    if (now == null || now.term() != key.term() || key.partition() == WHOLE_BATCH) {
      return true;
    }
    RequestJournal.Entry entry = now.journal().append(key, exchange);
    exchange.noteJournaled(entry);
    return entry != null;
  }

  /** Takes back those of some requests that were written down; waits until that is safe. */
  void withdraw(List<Exchange> exchanges) {
    Current now = current;
    if (now == null) {
      return;
    }
    List<Exchange> written = new ArrayList<>();
    for (Exchange exchange : exchanges) {
      if (exchange.journaled() != null) {
        exchange.noteJournaled(null);
        written.add(exchange);
      }
    }
    if (!written.isEmpty()) {
      now.journal().withdraw(written);
    }
  }

  /** Keeps an answer that comes late, if there is a journal. */
  void keep(long requestId, KeptAnswer answer) {
    Current now = current;
    if (now != null) {
      now.journal().keep(requestId, answer);
    }
  }

  /** Complete when all that was written down so far is safe. */
  CompletableFuture<Void> safe() {
    Current now = current;
    return now == null ? CompletableFuture.completedFuture(null) : now.journal().safe();
  }

  boolean isWritable() {
    Current now = current;
    return now == null || now.journal().isWritable();
  }

  /**
   * Looks after the journal once a second.
   *
   * @param isOver whether there is nothing to look after any more
   */
  void watch(Timer timer, BooleanSupplier isOver) {
    timer.newTimeout(
        fired -> {
          Current now = current;
          if (now != null) {
            now.journal().look();
          }
          if (!isOver.getAsBoolean()) {
            watch(timer, isOver);
          }
        },
        1,
        TimeUnit.SECONDS);
  }

  void close() {
    Current now;
    synchronized (this) {
      now = current;
    }
    if (now != null) {
      now.journal().close();
    }
  }
}
