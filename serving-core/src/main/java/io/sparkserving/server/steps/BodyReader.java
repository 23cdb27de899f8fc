package io.sparkserving.server.steps;

import io.sparkserving.server.connection.ConnectionBodies;
import io.sparkserving.server.connection.LeastRate;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Reads a request's body as it comes in, without holding a thread. Runs on the listener's threads,
 * one at a time, or at first on one that has brought a reply.
 */
final class BodyReader implements Runnable, Consumer<Throwable> {
  /**
   * Takes a body. Exactly one of {@link #complete}, {@link #tooLarge}, {@link #unreadable}, {@link
   * #tooSlow} and {@link #overBudget} is called, once; where that one throws, {@link #unreadable}
   * is called after it.
   */
  interface Receiver {
    /** Takes the whole body. */
    void complete(byte[] body);

    /** Hears that the body is longer than the limit; the rest of it is not read. */
    void tooLarge();

    /** Hears that the body cannot be read. */
    void unreadable(Throwable failure);

    /** Hears that the body comes too slowly; the rest of it is not read. */
    void tooSlow();

    /**
     * Asks for memory, again and again as bytes come.
     *
     * @return false if there is none, after which {@link #complete} is not called
     */
    boolean reserve(int bytes);

    /** Hears that there is no memory for the body; the rest of it is not read. */
    void overBudget();
  }

  private final Request request;
  private final long limit;
  private final LeastRate rate;
  private final Receiver receiver;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream(0);
  private final AtomicBoolean hasEnded = new AtomicBoolean();

  /** Whether the end was reached by reading. */
  private boolean hasReceived;

  private boolean isWatching;
  private long received;

  private BodyReader(Request request, long limit, Duration timeout, Receiver receiver) {
    this.request = request;
    this.limit = limit;
    this.rate = new LeastRate(timeout);
    this.receiver = receiver;
  }

  /**
   * Reads a request's body, up to so many bytes.
   *
   * @param timeout after which bytes must have come at the least rate
   */
  static void read(Request request, long limit, Duration timeout, Receiver receiver) {
    if (request.getLength() > limit) {
      receiver.tooLarge();
    } else {
      new BodyReader(request, limit, timeout, receiver).run();
    }
  }

  /** Reads on. */
  @Override
  public void run() {
    if (hasEnded.get()) {
      return;
    }
    try {
      readOn();
    } catch (Throwable e) {
      // Jetty would tell nobody of it but the log.
      if (hasReceived || end()) {
        receiver.unreadable(e);
      }
      throw e;
    }
  }

  /** Ends, as the connection is closed; on the thread that closes it. */
  @Override
  public void accept(Throwable failure) {
    if (hasEnded.compareAndSet(false, true)) {
      receiver.unreadable(failure);
    }
  }

  /** Whether nobody has ended before. */
  private boolean end() {
    if (isWatching) {
      ConnectionBodies.unwatchClose(request, this);
    }
    hasReceived = hasEnded.compareAndSet(false, true);
    return hasReceived;
  }

  private void readOn() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        waitForMore();
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        if (end()) {
          receiver.unreadable(chunk.getFailure());
        }
        return;
      }
      received += chunk.remaining();
      if (received > limit) {
        chunk.release();
        if (end()) {
          receiver.tooLarge();
        }
        return;
      }
      if (chunk.hasRemaining() && !receiver.reserve(chunk.remaining())) {
        chunk.release();
        if (end()) {
          receiver.overBudget();
        }
        return;
      }
      if (chunk.isLast()) {
        byte[] body = withLast(chunk.getByteBuffer());
        chunk.release();
        if (end()) {
          receiver.complete(body);
        }
        return;
      }
      append(chunk.getByteBuffer());
      chunk.release();
      if (rate.isMissed(received)) {
        if (end()) {
          receiver.tooSlow();
        }
        return;
      }
    }
  }

  private void waitForMore() {
    if (!isWatching) {
      isWatching = true;
      ConnectionBodies.watchClose(request, this);
    }
    request.demand(this);
  }

  /** The whole body; one that came in one piece is copied once only. */
  private byte[] withLast(ByteBuffer last) {
    if (collected.size() > 0) {
      append(last);
      return collected.toByteArray();
    }
    if (!last.hasArray()) {
      return BufferUtil.toArray(last);
    }
    int from = last.arrayOffset() + last.position();
    return Arrays.copyOfRange(last.array(), from, from + last.remaining());
  }

  private void append(ByteBuffer bytes) {
    if (bytes.hasArray()) {
      collected.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } else {
      collected.writeBytes(BufferUtil.toArray(bytes));
    }
  }
}
