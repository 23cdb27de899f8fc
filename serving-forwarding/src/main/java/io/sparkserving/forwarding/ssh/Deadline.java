package io.sparkserving.forwarding.ssh;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.jcraft.jsch.SocketFactory;
import io.netty.util.Timeout;
import io.sparkserving.exchange.ServiceTimer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time by which a connection has to be made. JSch's own time-out begins anew with every byte,
 * so a gateway could hold up a connection for ever; a deadline closes the socket.
 */
final class Deadline implements SocketFactory, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deadline.class);

  private final int timeoutMillis;
  private final Timeout timeout;

  @GuardedBy("this")
  private @Nullable Socket socket;

  @GuardedBy("this")
  private boolean expired;

  private Deadline(Duration limit) {
    this.timeoutMillis = (int) limit.toMillis();
    this.timeout =
        ServiceTimer.jvm().newTimeout(fired -> expire(), timeoutMillis, TimeUnit.MILLISECONDS);
  }

  static Deadline in(Duration limit) {
    return new Deadline(limit);
  }

  private synchronized void expire() {
    expired = true;
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("Cannot close {}", socket, e);
      }
    }
  }

  synchronized boolean isExpired() {
    return expired;
  }

  private synchronized Socket unconnected() throws IOException {
    if (expired) {
      throw new SocketTimeoutException("The name took too long to look up");
    }
    socket = new Socket();
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    InetSocketAddress address = new InetSocketAddress(host, port);
    Socket made = unconnected();
    try {
      made.connect(address, timeoutMillis);
      return made;
    } catch (IOException e) {
      made.close();
      throw e;
    }
  }

  @Override
  public InputStream getInputStream(Socket made) throws IOException {
    return made.getInputStream();
  }

  @Override
  public OutputStream getOutputStream(Socket made) throws IOException {
    return made.getOutputStream();
  }

  /** Lifts the deadline, as the connection is made or has failed. */
  @Override
  public void close() {
    timeout.cancel();
  }
}
