package io.sparkserving.functions.python;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.functions.batch.Outcome;
import io.sparkserving.functions.python.LostBatchException.Blame;
import io.sparkserving.functions.wire.BatchWriter;
import io.sparkserving.functions.wire.FrameInput;
import io.sparkserving.functions.wire.Frames;
import io.sparkserving.functions.wire.ResultReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A runner's way to the worker of a slot, whichever that is just now: sends a batch, receives what
 * came of it, and tells why if nothing did. One thread at a time sends and receives; any may close.
 */
final class WorkerLine {
  static final int MOST_FRAME_BYTES = 256 << 20;

  private final WorkerSlot slot;
  private final NanoClock clock;
  private final long timeoutNanos;
  private final WorkerCounts.Counters counters;
  private final BatchWriter writer;
  private final ResultReader results;
  private final FrameInput input = new FrameInput(MOST_FRAME_BYTES);
  private volatile @Nullable WorkerConnection connection;
  private volatile boolean isClosed;

  WorkerLine(
      PythonFunction function, WorkerSlot slot, NanoClock clock, WorkerCounts.Counters counters) {
    this.slot = slot;
    this.clock = clock;
    this.timeoutNanos = function.timeoutNanos();
    this.counters = counters;
    this.writer = new BatchWriter(function.arguments(), MOST_FRAME_BYTES);
    this.results = new ResultReader(function.returns(), function.java8Time());
  }

  /**
   * Sends a batch to a worker.
   *
   * @throws LostBatchException if it has not arrived
   * @throws InterruptedException if the thread is interrupted; the batch has not arrived
   * @throws RuntimeException if a value does not fit its type, or the batch a frame
   */
  void send(WorkerProcess worker, List<Row> rows) throws LostBatchException, InterruptedException {
    ByteBuffer frame = writer.frame(rows);
    WorkerConnection sender = null;
    try {
      sender = connection(worker);
      sender.begin(clock.nanoTime() + timeoutNanos);
      sender.write(frame);
    } catch (IOException e) {
      // A worker begins with a batch when it has all of it, so that this one is not to blame.
      throw lost(worker, sender, Blame.INNOCENT, e);
    }
  }

  private WorkerConnection connection(WorkerProcess worker) throws IOException {
    WorkerConnection current = connection;
    if (current != null && current.worker() == worker) {
      return current;
    } else if (current != null) {
      current.close();
    }
    WorkerConnection next = worker.connect();
    connection = next;
    if (isClosed) {
      next.close();
    }
    return next;
  }

  /**
   * Waits for what came of the batch that was sent last.
   *
   * @throws LostBatchException if nothing did
   * @throws InterruptedException if the thread is interrupted; the worker does not notice
   */
  List<Outcome> receive(int rows) throws LostBatchException, InterruptedException {
    WorkerConnection receiver = connection;
    if (receiver == null) {
      throw new IllegalStateException("Cannot receive a batch that was not sent");
    }
    try {
      byte kind = receiver.read(input);
      if (kind != Frames.RESULT) {
        throw new IOException("Invalid answer of kind " + kind);
      }
      ResultReader.Result result = results.read(input.payload(), rows);
      counters.noteFunction(result.functionNanos());
      receiver.end();
      return result.outcomes();
    } catch (IOException e) {
      WorkerProcess worker = receiver.worker();
      boolean wasOnly = worker.lostTheOnly();
      Blame blame = wasOnly ? Blame.GUILTY : Blame.SUSPECT;
      throw lost(worker, receiver, worker.isStopped() ? Blame.INNOCENT : blame, e);
    }
  }

  /** Gives up the connection, and the worker too unless it was this JVM that let go. */
  private LostBatchException lost(
      WorkerProcess worker, @Nullable WorkerConnection used, Blame blame, IOException e)
      throws InterruptedException {
    connection = null;
    boolean isOverdue = used != null && used.isOverdue();
    if (used != null) {
      used.close();
    }
    if (isClosed) {
      return new LostBatchException(Blame.CLOSED, e);
    } else if (e instanceof ClosedByInterruptException) {
      boolean unused = Thread.interrupted();
      throw new InterruptedException("Interrupted while a batch was under way");
    }
    slot.replace(worker, e);
    return new LostBatchException(isOverdue ? Blame.OVERDUE : blame, e);
  }

  void close() {
    isClosed = true;
    WorkerConnection current = connection;
    if (current != null) {
      current.close();
    }
  }
}
