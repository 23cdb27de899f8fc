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
  /** A directory of services that listens on a port of its own. */
  interface RunningDirectory {
    /** Frees the port and closes every connection of the directory. */
    void stop();
  }

  /**
   * Starts the directory that {@code coordinator.port} asks for.
   *
   * @param configuration of the service, in which {@code coordinator.port} is set
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
   * @param port where the load balancer listens; the default of its kind if empty
   * @throws IllegalArgumentException if no service of that name is running, or there is no such
   *     kind
   * @throws IllegalStateException if no server listens yet
   */
  String loadBalancerConfiguration(String service, String kind, OptionalInt port);

  /** Tells Spark's metrics system of a service with servers on executors. */
  void addMetrics(String service, DriverCounters counters);

  /** Removes a service from Spark's metrics system. */
  void removeMetrics(String service);

  /** The operations on the class path, if they are there. */
  static Optional<DriverOperations> find() {
    return ServiceLoader.load(DriverOperations.class, DriverOperations.class.getClassLoader())
        .findFirst();
  }

  /**
   * The operations on the class path.
   *
   * @param what cannot be done without the operations
   * @throws IllegalStateException if the operations are not there
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
