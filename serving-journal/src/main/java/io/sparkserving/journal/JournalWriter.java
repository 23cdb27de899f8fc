package io.sparkserving.journal;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.KeptAnswer;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.RequestJournal;
import io.sparkserving.options.JournalFlush;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal of one server in a generation. Records gather in memory while those before them are
 * being written; one daemon thread writes all that have gathered together, syncs them, and tells
 * whoever waits for them.
 */
final class JournalWriter implements RequestJournal {
  private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
  private static final LimitedLog FAILED = LimitedLog.of(JournalWriter.class);

  /** More than that waits for the disk only where the disk is slower than the clients. */
  private static final int MOST_BYTES = 64 << 20;

  private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MOST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Bytes after {@code from} up to {@code to}, counted as they were given. */
  private record Lost(long from, long to, IOException failure) {}

  private record Waiting(long end, long since, Consumer<@Nullable IOException> then) {}

  private final String folder;
  private final SegmentFiles segments;
  private final JournalFlush flush;
  private final NanoClock clock;
  private final Thread thread;

  @GuardedBy("this")
  private byte[] gathered = new byte[1 << 16];

  @GuardedBy("this")
  private int size;

  /** Batch of the first request that has gathered; that of the last one before if there is none. */
  @GuardedBy("this")
  private long firstBatch;

  @GuardedBy("this")
  private boolean hasRequest;

  /** How many bytes were given to the journal. */
  @GuardedBy("this")
  private long given;

  /** How many of these are safe, or have failed. */
  @GuardedBy("this")
  private long done;

  /** What could not be written, one part for each time that the disk failed. */
  @GuardedBy("this")
  private final List<Lost> lost = new ArrayList<>();

  @GuardedBy("this")
  private List<Waiting> waiting = new ArrayList<>();

  @GuardedBy("this")
  private boolean closed;

  /** Why nothing can be written; null if something can, as far as is known. */
  private volatile @Nullable IOException failure;

  JournalWriter(String folder, SegmentFiles segments, JournalFlush flush, NanoClock clock) {
    this.folder = folder;
    this.segments = segments;
    this.flush = flush;
    this.clock = clock;
    this.thread = new Thread(this::run, "spark-serving-journal");
    this.thread.setDaemon(true);
  }

  JournalWriter start() {
    thread.start();
    return this;
  }

  @Override
  public @Nullable Entry append(LeaseKey key, Exchange exchange) {
    if (failure != null) {
      return null;
    }
    byte[] record =
        new JournalRecord.Request(
                key.batch(),
                key.partition(),
                exchange.id(),
                nowMicros(),
                exchange.arrivalMicros(),
                exchange.hasKey(),
                exchange.request())
            .toBytes();
    long end = add(record, key.batch());
    return end < 0 ? null : (kept, then) -> whenSafe(exchange.id(), end, kept, then);
  }

  private void whenSafe(
      long id, long end, @Nullable KeptAnswer kept, Consumer<@Nullable IOException> then) {
    long safeAfter = end;
    if (kept != null) {
      safeAfter = add(new JournalRecord.Answer(id, nowMicros(), kept).toBytes(), -1);
      if (safeAfter < 0) {
        then.accept(new IOException("The answer cannot be kept"));
        return;
      }
    }
    if (flush.kind() == JournalFlush.Kind.LATER) {
      then.accept(null);
    } else {
      await(safeAfter, then);
    }
  }

  private void await(long end, Consumer<@Nullable IOException> then) {
    IOException failed = null;
    synchronized (this) {
      if (done < end) {
        waiting.add(new Waiting(end, clock.nanoTime(), then));
        return;
      }
      for (Lost each : lost) {
        failed = end > each.from() && end <= each.to() ? each.failure() : failed;
      }
    }
    then.accept(failed);
  }

  /** Adds a record; returns where it ends, or a negative number if it cannot be added. */
  private synchronized long add(byte[] record, long batch) {
    if (closed || (size > 0 && size + record.length > MOST_BYTES)) {
      return -1;
    }
    if (size + record.length > gathered.length) {
      gathered = Arrays.copyOf(gathered, Math.max(2 * gathered.length, size + record.length));
    }
    if (batch >= 0 && !hasRequest) {
      firstBatch = batch;
      hasRequest = true;
    }
    System.arraycopy(record, 0, gathered, size, record.length);
    size += record.length;
    given += record.length;
    notifyAll();
    return given;
  }

  @Override
  public void withdraw(List<Exchange> exchanges) {
    long end = 0;
    for (Exchange exchange : exchanges) {
      end = add(new JournalRecord.Withdrawal(exchange.id()).toBytes(), -1);
    }
    if (end > 0) {
      CompletableFuture<Void> safe = new CompletableFuture<>();
      await(end, ignored -> safe.complete(null));
      awaitDone(safe);
    }
  }

  @Override
  public void keep(long requestId, KeptAnswer answer) {
    add(new JournalRecord.Answer(requestId, nowMicros(), answer).toBytes(), -1);
  }

  @Override
  public CompletableFuture<Void> safe() {
    CompletableFuture<Void> safe = new CompletableFuture<>();
    long end;
    synchronized (this) {
      end = given;
    }
    await(
        end,
        failed -> {
          if (failed == null) {
            safe.complete(null);
          } else {
            safe.completeExceptionally(failed);
          }
        });
    return safe;
  }

  private static void awaitDone(CompletableFuture<Void> done) {
    try {
      done.get(MOST_WAIT_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      FAILED.warn("withdraw", "Requests that were not answered may be computed again", e);
    }
  }

  @Override
  public boolean isWritable() {
    return failure == null;
  }

  /** Fails those who have waited for too long: the disk may never answer. */
  @Override
  public void look() {
    List<Waiting> overdue = new ArrayList<>();
    synchronized (this) {
      long now = clock.nanoTime();
      if (waiting.stream().noneMatch(each -> now - each.since() >= MOST_WAIT_NANOS)) {
        return;
      }
      overdue.addAll(waiting);
      waiting.clear();
    }
    IOException slow = new IOException("Writing takes more than 10 seconds");
    failure = slow;
    say(slow);
    overdue.forEach(each -> tell(each, slow));
  }

  private void say(IOException e) {
    FAILED.warn(
        folder,
        "Cannot write to the journal {}: requests are answered 503 until that is possible again",
        folder,
        e);
  }

  /** The journal's thread: writes what has gathered, for as long as anything may come. */
  private void run() {
    byte[] writing = new byte[1 << 16];
    long synced = clock.nanoTime();
    boolean hasUnsynced = false;
    boolean goesOn = true;
    while (goesOn) {
      int bytes;
      long batch;
      long end;
      synchronized (this) {
        goesOn = awaitRecords(hasUnsynced ? flush.every().toNanos() : MOST_IDLE_NANOS);
        byte[] swap = gathered;
        gathered = writing;
        writing = swap;
        bytes = size;
        size = 0;
        batch = firstBatch;
        hasRequest = false;
        end = given;
      }
      boolean isDue = clock.nanoTime() - synced >= flush.every().toNanos();
      IOException failed = write(writing, bytes, batch, isDue, hasUnsynced);
      hasUnsynced = !isDue && (hasUnsynced || bytes > 0);
      if (isDue) {
        synced = clock.nanoTime();
      }
      finish(end, failed);
    }
    try {
      segments.close();
    } catch (IOException e) {
      say(e);
    }
  }

  /** Waits for records; returns false if no further ones will come. */
  @GuardedBy("this")
  private boolean awaitRecords(long most) {
    long begun = clock.nanoTime();
    while (size == 0 && !closed && clock.nanoTime() - begun < most) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, most);
      } catch (InterruptedException e) {
        LOG.debug("The journal's thread goes on: what has gathered is to be written", e);
      }
    }
    return !closed || size > 0;
  }

  private @Nullable IOException write(
      byte[] records, int bytes, long batch, boolean isDue, boolean hasUnsynced) {
    try {
      if (bytes > 0) {
        segments.write(records, bytes, batch, isDue);
      } else if (isDue && hasUnsynced) {
        segments.sync();
      }
      if (bytes > 0 || failure == null) {
        failure = null;
      }
      return null;
    } catch (IOException e) {
      say(e);
      failure = e;
      return e;
    }
  }

  private void finish(long end, @Nullable IOException failed) {
    List<Waiting> ready = new ArrayList<>();
    synchronized (this) {
      if (failed != null) {
        noteLost(end, failed);
      }
      done = end;
      List<Waiting> left = new ArrayList<>();
      waiting.forEach(each -> (each.end() <= end ? ready : left).add(each));
      waiting = left;
    }
    ready.forEach(each -> tell(each, failed));
    if (failed != null) {
      pauseAndTry();
    }
  }

  @GuardedBy("this")
  private void noteLost(long end, IOException failed) {
    int last = lost.size() - 1;
    if (last >= 0 && lost.get(last).to() == done) {
      lost.set(last, new Lost(lost.get(last).from(), end, failed));
    } else {
      lost.add(new Lost(done, end, failed));
    }
  }

  private static void tell(Waiting waiting, @Nullable IOException failed) {
    try {
      waiting.then().accept(failed);
    } catch (RuntimeException e) {
      // The others are to hear of it all the same.
      FAILED.warn("tell", "Nobody can be told that a request is written down", e);
    }
  }

  /** After a failure, nothing is added: whether something can be written is tried here. */
  private void pauseAndTry() {
    long begun = clock.nanoTime();
    synchronized (this) {
      while (!closed && clock.nanoTime() - begun < PAUSE_AFTER_FAILURE_NANOS) {
        try {
          TimeUnit.NANOSECONDS.timedWait(this, PAUSE_AFTER_FAILURE_NANOS);
        } catch (InterruptedException e) {
          LOG.debug("The journal's thread goes on", e);
        }
      }
      if (!closed) {
        // A record that says nothing of any request.
        add(new JournalRecord.Withdrawal(0).toBytes(), -1);
      }
    }
  }

  private static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join(TimeUnit.NANOSECONDS.toMillis(MOST_WAIT_NANOS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
