package io.sparkserving.operations.directory;

import io.sparkserving.driver.DriverOperations;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.connection.PublicPort;
import io.sparkserving.server.connection.UnknownPathHandler;
import org.eclipse.jetty.server.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory on a port of its own, from {@link #start} to {@link #stop}. The option that asks
 * for this port is {@code coordinator.port}. All threads are daemons, named after the port asked
 * for.
 */
public final class DirectoryEndpoint implements DriverOperations.RunningDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryEndpoint.class);

  private final PublicPort port;

  private DirectoryEndpoint(PublicPort port) {
    this.port = port;
  }

  /**
   * Starts the directory of a service that asks for a port of its own.
   *
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  public static DirectoryEndpoint start(ServiceConfiguration configuration) {
    String host = configuration.coordinatorHost();
    int requestedPort = configuration.coordinatorPort().orElseThrow();
    PublicPort port =
        PublicPort.forOperators("spark-serving-coordinator-" + requestedPort, host, requestedPort);
    port.start(
        new Handler.Sequence(
            StatusHandler.of(configuration), new DirectoryHandler(), new UnknownPathHandler()),
        "the coordinator of service '%s'".formatted(configuration.name()));
    LOG.info("Coordinator of service '{}' at {}:{}", configuration.name(), host, port.number());
    return new DirectoryEndpoint(port);
  }

  /** Returns the port that was bound; -1 after {@link #stop}. */
  int port() {
    return port.number();
  }

  @Override
  public void stop() {
    port.stop();
  }
}
