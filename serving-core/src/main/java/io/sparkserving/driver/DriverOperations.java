package io.sparkserving.driver;

import io.sparkserving.metrics.DriverCounters;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ApiTypes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import org.eclipse.jetty.server.Handler;

/**
 * What an operator sees of services on the driver: their directory, their OpenAPI documents,
 * configuration for load balancers, and metrics. Found as a Java service; a driver without one
 * serves all the same.
 */
public interface DriverOperations {
  /** A directory that listens on a port of its own. */
  interface RunningDirectory {
    /** Frees the port and closes every connection. */
    void stop();
  }

  /**
   * Starts the directory that {@code coordinator.port} asks for.
   *
   * @param configuration of the service, with that option
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  RunningDirectory startDirectory(ServiceConfiguration configuration);

  /** The handlers that answer for the directory at the port of a service's gateway. */
  List<Handler> directoryHandlers(ServiceConfiguration configuration);

  /** The OpenAPI document of a service, as JSON in UTF-8. */
  byte[] document(ServiceConfiguration configuration, ApiTypes types);

  /**
   * Configuration for a load balancer before all servers of a running service.
   *
   * @param kind of load balancer
   * @param port where that one listens; a default of its own if empty
   * @throws IllegalArgumentException if no service of that name is running, or there is no such
   *     kind
   * @throws IllegalStateException if no server listens yet
   */
  String loadBalancerConfiguration(String service, String kind, OptionalInt port);

  /** Tells Spark's metrics system of a service with servers on executors. */
  void addMetrics(String service, DriverCounters counters);

  /** Tells Spark's metrics system of that service no more. */
  void removeMetrics(String service);

  /** The operations on the class path, if they are there. */
  static Optional<DriverOperations> find() {
    return ServiceLoader.load(DriverOperations.class, DriverOperations.class.getClassLoader())
        .findFirst();
  }

  /**
   * The operations on the class path.
   *
   * @param what cannot be done without them
   * @throws IllegalStateException if they are not there
   */
  static DriverOperations require(String what) {
    return find()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Unsupported %s: add serving-operations, or the bundle, to the class path."
                        .formatted(what)));
  }
}
