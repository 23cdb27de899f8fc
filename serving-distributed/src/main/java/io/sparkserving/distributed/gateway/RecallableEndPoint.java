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

/**
 * The gateway's end of a connection to a server. The end point knows whether the operating system
 * has taken any byte of the current request, which is more than the HTTP client tells: a connection
 * that the server closes while it is idle fails the next request in the same way as one that breaks
 * in the middle of an answer.
 */
final class RecallableEndPoint extends SocketChannelEndPoint {
  private static final String NOT_AGREED = "SSL_NULL_WITH_NULL_NULL";

  @GuardedBy("this")
  private @Nullable SSLEngine tls;

  @GuardedBy("this")
  private boolean checked;

  @GuardedBy("this")
  private boolean touched;

  @GuardedBy("this")
  private boolean recalled;

  RecallableEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
    super(channel, selector, key, scheduler);
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
