package io.sparkserving.functions.python;

import io.sparkserving.functions.wire.FrameInput;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection to a worker. One thread at a time writes and reads; the watch and whoever closes it
 * are others. An interrupt of a thread that writes or reads closes the connection and harms nothing
 * else.
 */
final class WorkerConnection implements AutoCloseable {
  /** The JDK keeps direct memory for each thread that writes, as much as it ever wrote at once. */
  private static final int CHUNK_BYTES = 64 << 10;

  private final WorkerProcess worker;
  private final SocketChannel channel;
  private final AtomicBoolean isUnderWay = new AtomicBoolean();
  private volatile long deadline;

  /** Number of the batch that was sent last, and of the one that took too long. */
  private volatile int batch;

  private volatile int overdueBatch;

  private WorkerConnection(WorkerProcess worker, SocketChannel channel) {
    this.worker = worker;
    this.channel = channel;
  }

  static WorkerConnection open(WorkerProcess worker, Path socket) throws IOException {
    return new WorkerConnection(worker, SocketChannel.open(UnixDomainSocketAddress.of(socket)));
  }

  WorkerProcess worker() {
    return worker;
  }

  /** Notes that a batch is under way from now on, which is to be answered by a moment. */
  void begin(long deadlineNanos) {
    deadline = deadlineNanos;
    int next = batch + 1;
    batch = next;
    isUnderWay.set(true);
    worker.batchBegins();
  }

  /** Notes that no batch is under way any more. */
  void end() {
    if (isUnderWay.compareAndSet(true, false)) {
      worker.batchEnds();
    }
  }

  /** Whether the batch that was sent last has taken too long. */
  boolean isOverdue() {
    return batch != 0 && overdueBatch == batch;
  }

  /** Notes whether the batch under way has taken too long, and returns that; by the watch. */
  boolean markOverdue(long now) {
    int looked = batch;
    if (!isUnderWay.get() || now - deadline < 0) {
      return false;
    }
    overdueBatch = looked;
    return true;
  }

  void write(ByteBuffer frame) throws IOException {
    int end = frame.limit();
    while (frame.position() < end) {
      frame.limit(Math.min(end, frame.position() + CHUNK_BYTES));
      channel.write(frame);
    }
  }

  byte read(FrameInput input) throws IOException {
    return input.read(channel);
  }

  /** Closes it; a thread that writes or reads gets an exception. */
  @Override
  public void close() {
    worker.forget(this);
    end();
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was to come of it any more.
    }
  }
}
