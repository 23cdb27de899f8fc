package io.sparkserving.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Reads a request's body as it comes in, without holding a thread. Runs on Jetty's threads, one at
 * a time. A body that grows over the limit is reported at once, and what still comes of it is
 * thrown away, within bounds, so that the client gets to read why.
 */
final class BodyReader implements Runnable {
  /** What becomes of the body. Exactly one of these is called, but for the end of an excess. */
  interface Receiver {
    void complete(byte[] body);

    void tooLarge();

    /** No more of a body that was too large will be read. */
    void excessRead();

    void failed(Throwable failure);
  }

  private static final long MOST_EXCESS = 64L << 20;

  private final Request request;
  private final long limit;
  private final Receiver receiver;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream(0);
  private long received;
  private boolean overLimit;

  BodyReader(Request request, long limit, Receiver receiver) {
    this.request = request;
    this.limit = limit;
    this.receiver = receiver;
  }

  @Override
  public void run() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        fail(chunk.getFailure());
        return;
      }
      boolean last = chunk.isLast();
      received += chunk.remaining();
      byte[] only = last && collected.size() == 0 && received <= limit ? copy(chunk) : null;
      if (only == null && received <= limit) {
        append(chunk.getByteBuffer());
      }
      chunk.release();
      if (received > limit && !overLimit) {
        overLimit = true;
        receiver.tooLarge();
      }
      if (overLimit && (last || received - limit > MOST_EXCESS)) {
        receiver.excessRead();
        return;
      }
      if (last) {
        receiver.complete(only != null ? only : collected.toByteArray());
        return;
      }
    }
  }

  private void fail(Throwable failure) {
    if (overLimit) {
      receiver.excessRead();
    } else {
      receiver.failed(failure);
    }
  }

  private void append(ByteBuffer bytes) {
    if (bytes.hasArray()) {
      collected.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } else {
      collected.writeBytes(BufferUtil.toArray(bytes));
    }
  }

  private static byte[] copy(Content.Chunk chunk) {
    ByteBuffer bytes = chunk.getByteBuffer();
    if (!bytes.hasArray()) {
      return BufferUtil.toArray(bytes);
    }
    int from = bytes.arrayOffset() + bytes.position();
    return Arrays.copyOfRange(bytes.array(), from, from + bytes.remaining());
  }
}
