package io.sparkserving.server.connection;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.options.ConnectionLimits;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Looks through the connections of a connector again and again, and closes those that keep their
 * descriptor busy with next to nothing: headers or a handshake that never come to their end, and
 * HTTP/2 without requests. A byte now and then renews a connection's idle time-out, so that alone
 * would never close them. Runs on the timer's thread.
 */
final class ConnectionSweep implements Runnable {
  private static final int SWEEPS_EACH_TIMEOUT = 4;
  private static final String NOT_AGREED = "SSL_NULL_WITH_NULL_NULL";

  private final WatchingConnector connector;
  private final NanoClock clock;
  private final long receiveNanos;
  private final long idleNanos;

  /** What a sweep has seen of a connection. Used by the timer's thread alone. */
  static final class Findings {
    private final long openedNanos;
    private boolean isLate;
    private long requests = -1;
    private long sinceNanos;

    Findings(long openedNanos) {
      this.openedNanos = openedNanos;
    }
  }

  ConnectionSweep(WatchingConnector connector, ConnectionLimits limits, NanoClock clock) {
    this.connector = connector;
    this.clock = clock;
    this.receiveNanos = limits.receiveTimeout().toNanos();
    this.idleNanos = limits.idleTimeout().toNanos();
  }

  /** Comes again after a part of the time-out. */
  void schedule(Scheduler timer) {
    timer.schedule(this, Math.max(1, receiveNanos / SWEEPS_EACH_TIMEOUT), TimeUnit.NANOSECONDS);
  }

  @Override
  public void run() {
    long now = clock.nanoTime();
    try {
      for (EndPoint endPoint : connector.getConnectedEndPoints()) {
        if (endPoint instanceof WatchedEndPoint watched) {
          look(watched, watched.findings(), now);
        }
      }
    } finally {
      if (connector.isRunning()) {
        schedule(connector.getScheduler());
      }
    }
  }

  private void look(EndPoint endPoint, Findings findings, long now) {
    Connection connection = endPoint.getConnection();
    if (connection instanceof SslConnection tls) {
      if (isAgreed(tls.getSSLEngine())) {
        connection = tls.getSslEndPoint().getConnection();
      } else if (now - findings.openedNanos > receiveNanos) {
        close(endPoint, "the TLS handshake");
        return;
      }
    }
    if (connection instanceof HttpConnection http) {
      // A sweep sees the parser at any moment. What two find is so.
      boolean isLate = isLate(http.getParser(), now);
      if (isLate && findings.isLate) {
        close(endPoint, "the headers of a request");
      }
      findings.isLate = isLate;
    } else if (connection instanceof HTTP2Connection http2) {
      look(endPoint, http2.getSession(), findings, now);
    }
  }

  private static boolean isAgreed(SSLEngine engine) {
    return !engine.getSession().getCipherSuite().equals(NOT_AGREED);
  }

  private boolean isLate(HttpParser parser, long now) {
    return parser.inHeaderState()
        && !parser.isStart()
        && now - parser.getBeginNanoTime() > receiveNanos;
  }

  /** Without requests a connection is idle, whatever else its client sends. */
  private void look(EndPoint endPoint, HTTP2Session session, Findings findings, long now) {
    long requests = session.getStreamsOpened();
    if (requests != findings.requests || !session.getStreams().isEmpty()) {
      findings.requests = requests;
      findings.sinceNanos = now;
      findings.isLate = false;
    } else if (findings.isLate) {
      // The client was told, and has not closed.
      close(endPoint, "a connection");
    } else if (now - findings.sinceNanos > idleNanos) {
      findings.isLate = true;
      session.close(ErrorCode.NO_ERROR.code, "idle_timeout", Callback.NOOP);
    }
  }

  private static void close(EndPoint endPoint, String what) {
    endPoint.close(new TimeoutException("Cannot wait longer for the end of " + what));
  }
}
