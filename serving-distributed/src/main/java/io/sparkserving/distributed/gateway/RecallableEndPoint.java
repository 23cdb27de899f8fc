package io.sparkserving.distributed.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's end of a connection to a server. The end point knows whether the operating system
 * has taken any byte of the current request, which is more than the HTTP client tells: a connection
 * that the server closes while it is idle fails the next request in the same way as one that breaks
 * in the middle of an answer.
 */
final class RecallableEndPoint extends SocketChannelEndPoint {
  private static final Logger LOG = LoggerFactory.getLogger(RecallableEndPoint.class);
  private static final String NOT_AGREED = "SSL_NULL_WITH_NULL_NULL";

  @GuardedBy("this")
  private @Nullable SSLEngine tls;

  @GuardedBy("this")
  private boolean checked;

  @GuardedBy("this")
  private boolean touched;

  @GuardedBy("this")
  private boolean recalled;

  private final ClientSweep clients;

  /** Whose request was sent whole and is not answered yet; null if none. */
  private volatile @Nullable Attempt waiting;

  /** What the last sweep has seen of {@link #waiting}. Used by the timer's thread alone. */
  private @Nullable Attempt seen;

  RecallableEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      ClientSweep clients) {
    super(channel, selector, key, scheduler);
    this.clients = clients;
  }

  @Override
  public void onOpen() {
    super.onOpen();
    clients.opened(this);
  }

  @Override
  public void onClose(@Nullable Throwable failure) {
    clients.closed(this);
    super.onClose(failure);
  }

  /** Notes whose request waits for its answer here; null if none does any more. */
  void waitsFor(@Nullable Attempt attempt) {
    waiting = attempt;
  }

  /** Asks after the client whose request waited here already when this was called before. */
  void lookAfterClient() {
    Attempt now = waiting;
    if (now != null && now == seen) {
      now.lookAfterClient();
    }
    seen = now;
  }

  /**
   * Ends what this side sends: to the server, the same as a client who closes its connection or its
   * half of it. An answer that is on its way can still be read. Does not block.
   */
  void endOutput() {
    try {
      // Jetty's own way would close the connection where this fails, and tell of it at once.
      getChannel().shutdownOutput();
    } catch (IOException e) {
      // The connection is gone, of which the selector tells.
      LOG.debug("Cannot tell a server that a client has left", e);
    }
  }

  /** Returns the end point below TLS; in plain text, the connection's own. */
  static RecallableEndPoint of(EndPoint endPoint) {
    if (endPoint instanceof SslConnection.SslEndPoint encrypted) {
      SslConnection tls = encrypted.getSslConnection();
      RecallableEndPoint below = (RecallableEndPoint) tls.getEndPoint();
      below.speaks(tls.getSSLEngine());
      return below;
    }
    return (RecallableEndPoint) endPoint;
  }

  private synchronized void speaks(SSLEngine engine) {
    tls = engine;
  }

  /** Returns whether requests can be written: with TLS, once both ends have agreed on it. */
  synchronized boolean isConnected() {
    return tls == null || !tls.getSession().getCipherSuite().equals(NOT_AGREED);
  }

  /** Takes what is written from now on for a new request. */
  synchronized void beginRequest() {
    checked = false;
    touched = false;
  }

  /**
   * Returns true if no byte of the request has left this process, and then none ever will: a write
   * that a concurrent thread is about to make fails.
   */
  synchronized boolean recallRequest() {
    recalled |= !touched;
    return recalled;
  }

  /** Writes without blocking; the lock is held for one system call. */
  @Override
  public synchronized boolean flush(ByteBuffer... buffers) throws IOException {
    if (recalled) {
      throw new EofException("The request was recalled");
    }
    // What is written before that is of the TLS handshake.
    boolean ofRequest = isConnected();
    if (ofRequest && !checked && isClosedByServer()) {
      throw new EofException("The server closed the connection while it was idle");
    }
    checked |= ofRequest;
    long before = BufferUtil.remaining(buffers);
    try {
      return super.flush(buffers);
    } finally {
      // A write that throws has taken nothing: it is one gathering write, which the operating
      // system answers with either a count or an error.
      touched |= ofRequest && BufferUtil.remaining(buffers) < before;
    }
  }

  /**
   * Whether the server's close is here already, but the selector has not come to it. A request
   * written now would be lost, and nobody could say whether it was read. A server has nothing to
   * say before a request, so bytes instead of a close are as bad.
   */
  private boolean isClosedByServer() {
    try {
      return getChannel().read(ByteBuffer.allocate(1)) != 0;
    } catch (IOException e) {
      return true;
    }
  }
}
