package io.sparkserving.exchange;

import io.netty.util.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The journals of one server, one for each query that takes its requests: of two where one is about
 * to replace the other. All threads may call all methods; what waits is said of {@link
 * RequestJournal}.
 */
final class Journaling {
  /** Requests are first taken for a whole batch, and written down when they are dealt out. */
  private static final int WHOLE_BATCH = -1;

  private record Open(
      JournalPlace place, RequestJournal journal, CompletableFuture<Void> recovered) {}

  private final String serverId;
  private final boolean isAskedFor;
  private final NanoClock clock;
  private final Map<Long, Open> byTerm = new ConcurrentHashMap<>();

  /**
   * @param isAskedFor whether nothing is computed that is not written down
   */
  Journaling(String serverId, boolean isAskedFor, NanoClock clock) {
    this.serverId = serverId;
    this.isAskedFor = isAskedFor;
    this.clock = clock;
  }

  /**
   * Has the requests that tasks of a term take written down there from now on. Where this is so
   * already, only waits until answers are recovered.
   *
   * @param recovery recovers the answers of earlier servers, on this thread
   */
  void begin(long term, JournalPlace place, Runnable recovery) {
    Open open = byTerm.get(term);
    if (open == null) {
      Open begun =
          new Open(
              place,
              JournalProvider.find().open(place, serverId, clock),
              new CompletableFuture<>());
      open = byTerm.putIfAbsent(term, begun);
      if (open == null) {
        recover(begun, recovery);
        return;
      }
      begun.journal().close();
    }
    open.recovered().join();
  }

  private static void recover(Open begun, Runnable recovery) {
    try {
      recovery.run();
      begun.recovered().complete(null);
    } catch (RuntimeException | Error e) {
      begun.recovered().completeExceptionally(e);
      throw e;
    }
  }

  /** Ends the journals of queries up to this term, after what was written down. */
  void end(long term) {
    for (long each : List.copyOf(byTerm.keySet())) {
      Open open = each <= term ? byTerm.remove(each) : null;
      if (open != null) {
        open.journal().close();
      }
    }
  }

  /** Whether a task may get a request: it is being written down, or need not be. */
  boolean append(LeaseKey key, Exchange exchange) {
    if (!isAskedFor || key.partition() == WHOLE_BATCH) {
      return true;
    }
    Open open = byTerm.get(key.term());
    if (open == null) {
      return false;
    }
    RequestJournal.Entry entry = open.journal().append(key, exchange);
    exchange.noteJournaled(entry == null ? null : new Journaled(key.term(), entry));
    return entry != null;
  }

  /**
   * What is written down of a request.
   *
   * @param term of the query that has taken it
   */
  record Journaled(long term, RequestJournal.Entry entry) {}

  /** Takes back those of some requests that were written down; waits until that is safe. */
  void withdraw(List<Exchange> exchanges) {
    Map<Long, List<Exchange>> written = new HashMap<>();
    for (Exchange exchange : exchanges) {
      Journaled journaled = exchange.journaled();
      if (journaled != null) {
        exchange.noteJournaled(null);
        written.computeIfAbsent(journaled.term(), term -> new ArrayList<>()).add(exchange);
      }
    }
    written.forEach(
        (term, taken) -> {
          Open open = byTerm.get(term);
          if (open != null) {
            open.journal().withdraw(taken);
          }
        });
  }

  /** Keeps an answer that comes late, if there is a journal. */
  void keep(long requestId, KeptAnswer answer) {
    Open latest = latest();
    if (latest != null) {
      latest.journal().keep(requestId, answer);
    }
  }

  private @Nullable Open latest() {
    return byTerm.keySet().stream().max(Long::compare).map(byTerm::get).orElse(null);
  }

  /** Complete when all that was written down so far is safe. */
  CompletableFuture<Void> safe() {
    return CompletableFuture.allOf(
        byTerm.values().stream()
            .map(open -> open.journal().safe())
            .toArray(CompletableFuture[]::new));
  }

  boolean isWritable() {
    return byTerm.values().stream().allMatch(open -> open.journal().isWritable());
  }

  /**
   * Looks after the journals once a second.
   *
   * @param isOver whether there is nothing to look after any more
   */
  void watch(Timer timer, BooleanSupplier isOver) {
    if (!isAskedFor) {
      return;
    }
    timer.newTimeout(
        fired -> {
          byTerm.values().forEach(open -> open.journal().look());
          if (!isOver.getAsBoolean()) {
            watch(timer, isOver);
          }
        },
        1,
        TimeUnit.SECONDS);
  }
}
