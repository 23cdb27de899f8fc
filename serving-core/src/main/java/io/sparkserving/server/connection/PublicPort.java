package io.sparkserving.server.connection;

import io.sparkserving.channel.RequestBuffers;
import io.sparkserving.options.ConnectionLimits;
import io.sparkserving.options.TransportConfiguration;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * One port that clients call, with a Jetty server of its own, from {@link #start} to {@link #stop}.
 */
public final class PublicPort {
  private static final int FEW_THREADS = 16;

  private final Server server;
  private final ServerConnector connector;

  /**
   * A port that does not listen yet; 0 leaves the choice to the operating system.
   *
   * @param threads daemons; their name is that of the timer too
   * @throws IllegalArgumentException if the files that TLS needs are not what they should be
   */
  public PublicPort(
      QueuedThreadPool threads, String host, int port, TransportConfiguration transport) {
    this(threads, host, port, transport, OpenConnections.CLIENTS);
  }

  private PublicPort(
      QueuedThreadPool threads,
      String host,
      int port,
      TransportConfiguration transport,
      OpenConnections open) {
    // Jetty's own timer is no daemon, and would keep a JVM alive whose program has ended.
    this.server =
        RequestBuffers.server(
            threads, new ScheduledExecutorScheduler(threads.getName() + "-timer", true));
    this.connector = PublicConnector.create(server, host, port, transport, open);
    server.addConnector(connector);
    server.setErrorHandler(new ProblemErrorHandler());
    server.setStopAtShutdown(false);
    server.setStopTimeout(0);
  }

  /**
   * A port for operators, which does not listen yet: in plain text, with few threads of its own.
   *
   * @param name of the threads
   */
  public static PublicPort forOperators(String name, String host, int port) {
    QueuedThreadPool threads = new QueuedThreadPool(FEW_THREADS, 1);
    threads.setName(name);
    threads.setDaemon(true);
    ConnectionLimits few =
        new ConnectionLimits(
            OptionalInt.of(OpenConnections.MOST_OPERATORS),
            ConnectionLimits.DEFAULT.idleTimeout(),
            ConnectionLimits.DEFAULT.receiveTimeout());
    return new PublicPort(
        threads,
        host,
        port,
        new TransportConfiguration(Optional.empty(), false, few),
        OpenConnections.OPERATORS);
  }

  /** The Jetty server, for handlers that need to know it. */
  public Server server() {
    return server;
  }

  /** The port that was bound; negative before {@link #start} and after {@link #stop}. */
  public int number() {
    return connector.getLocalPort();
  }

  /**
   * Binds the port, then answers.
   *
   * @param owner who needs the port, for the message
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  public void start(Handler handler, String owner) {
    server.setHandler(handler);
    PublicConnector.open(connector, owner);
    try {
      server.start();
    } catch (Exception e) {
      IllegalStateException failure = failure("start", e);
      try {
        stop();
      } catch (RuntimeException also) {
        failure.addSuppressed(also);
      }
      throw failure;
    }
  }

  /** Closes the port and every connection, and waits, for a second at most, for the port. */
  public void stop() {
    int bound = number();
    try {
      connector.close();
      server.stop();
      PublicConnector.awaitFree(connector.getHost(), bound);
    } catch (Exception e) {
      throw failure("stop", e);
    }
  }

  private IllegalStateException failure(String what, Exception cause) {
    return new IllegalStateException(
        "Cannot %s the HTTP server on %s:%d"
            .formatted(what, connector.getHost(), connector.getPort()),
        cause);
  }
}
