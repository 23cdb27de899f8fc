package io.sparkserving.operations.directory;

import io.sparkserving.channel.RequestBuffers;
import io.sparkserving.driver.DriverOperations;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.connection.ProblemErrorHandler;
import io.sparkserving.server.connection.PublicConnector;
import io.sparkserving.server.connection.UnknownPathHandler;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory on a port of its own, from {@link #start} to {@link #stop}. The option that asks
 * for this port is {@code coordinator.port}. All threads are daemons, named after the port asked
 * for.
 */
public final class DirectoryEndpoint implements DriverOperations.RunningDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryEndpoint.class);
  private static final int THREADS = 16;

  private final Server server;
  private final ServerConnector connector;

  private DirectoryEndpoint(ServiceConfiguration configuration, String host, int port) {
    String name = "spark-serving-coordinator-" + port;
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
    threads.setName(name);
    threads.setDaemon(true);
    this.server =
        RequestBuffers.server(threads, new ScheduledExecutorScheduler(name + "-timer", true));
    this.connector = PublicConnector.create(server, host, port);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Sequence(
            StatusHandler.of(configuration), new DirectoryHandler(), new UnknownPathHandler()));
    server.setErrorHandler(new ProblemErrorHandler());
    server.setStopAtShutdown(false);
    server.setStopTimeout(0);
  }

  /**
   * Starts the directory of a service that asks for a port of its own.
   *
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  public static DirectoryEndpoint start(ServiceConfiguration configuration) {
    String host = configuration.coordinatorHost();
    DirectoryEndpoint endpoint =
        new DirectoryEndpoint(configuration, host, configuration.coordinatorPort().orElseThrow());
    PublicConnector.open(
        endpoint.connector, "the coordinator of service '%s'".formatted(configuration.name()));
    try {
      endpoint.server.start();
    } catch (Exception e) {
      endpoint.stop();
      throw new IllegalStateException("Cannot start the coordinator's HTTP server on " + host, e);
    }
    LOG.info("Coordinator of service '{}' at {}:{}", configuration.name(), host, endpoint.port());
    return endpoint;
  }

  /** Returns the port that was bound; -1 after {@link #stop}. */
  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void stop() {
    int port = port();
    try {
      connector.close();
      server.stop();
      PublicConnector.awaitFree(connector.getHost(), port);
    } catch (Exception e) {
      throw new IllegalStateException("Cannot stop the coordinator's HTTP server", e);
    }
  }
}
