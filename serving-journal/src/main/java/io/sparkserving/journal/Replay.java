package io.sparkserving.journal;

import io.sparkserving.exchange.JournalProvider;
import io.sparkserving.exchange.JournalRange;
import io.sparkserving.exchange.JournalRange.Position;
import io.sparkserving.exchange.JournaledRequest;
import io.sparkserving.journal.JournalRecord.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a range, generation after generation and batch after batch: those of each server
 * in their order, and those of several servers by the time at which tasks took them. Without
 * requests that were withdrawn, and without those that have a key and no answer: their clients send
 * them again. For one thread.
 */
final class Replay implements JournalProvider.Requests {
  private final JournalFolder folder;
  private final JournalRange range;
  private final Iterator<Long> generations;
  private final PriorityQueue<Source> sources =
      new PriorityQueue<>(
          Comparator.<Source>comparingLong(source -> source.head().position().batch())
              .thenComparingLong(source -> source.head().takenMicros()));

  private @Nullable JournaledRequest next;

  private Replay(JournalFolder folder, JournalRange range, Iterator<Long> generations) {
    this.folder = folder;
    this.range = range;
    this.generations = generations;
  }

  static Replay of(JournalFolder folder, JournalRange range) throws IOException {
    List<Long> generations =
        folder.generations().stream()
            .filter(each -> each >= range.after().generation() && each <= range.upTo().generation())
            .toList();
    Replay replay = new Replay(folder, range, generations.iterator());
    try {
      for (long skipped = 0; skipped <= range.skipped(); skipped++) {
        replay.advance();
      }
    } catch (IOException | RuntimeException e) {
      replay.close();
      throw e;
    }
    return replay;
  }

  private void advance() throws IOException {
    while (sources.isEmpty() && generations.hasNext()) {
      long generation = generations.next();
      for (ServerLog log : folder.logs(generation)) {
        Aftermath aftermath = Aftermath.of(log);
        log.rewind();
        add(new Source(log, generation, aftermath));
      }
    }
    Source first = sources.poll();
    next = first == null ? null : first.head();
    if (first != null) {
      add(first);
    }
  }

  private void add(Source source) throws IOException {
    if (source.advance()) {
      sources.add(source);
    } else {
      source.close();
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public JournaledRequest next() {
    JournaledRequest current = next;
    if (current == null) {
      throw new NoSuchElementException();
    }
    try {
      advance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return current;
  }

  @Override
  public void close() {
    sources.forEach(Source::close);
    sources.clear();
    next = null;
  }

  /** One server's requests of the range. */
  private final class Source {
    private final ServerLog log;
    private final long generation;
    private final Aftermath aftermath;
    private @Nullable JournaledRequest head;

    private Source(ServerLog log, long generation, Aftermath aftermath) {
      this.log = log;
      this.generation = generation;
      this.aftermath = aftermath;
    }

    JournaledRequest head() {
      if (head == null) {
        throw new NoSuchElementException();
      }
      return head;
    }

    boolean advance() throws IOException {
      head = null;
      JournalRecord record = log.next();
      while (record != null && head == null) {
        if (record instanceof Request request
            && !aftermath.isWithdrawn(request)
            && !aftermath.isToComeAgain(request)) {
          Position position = new Position(generation, request.batch());
          if (range.contains(position) && range.isOf(request.partition())) {
            head =
                new JournaledRequest(
                    log.serverId(),
                    position,
                    request.partition(),
                    request.id(),
                    request.takenMicros(),
                    request.arrivalMicros(),
                    request.message());
            return true;
          }
        }
        record = log.next();
      }
      return false;
    }

    void close() {
      try {
        log.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
