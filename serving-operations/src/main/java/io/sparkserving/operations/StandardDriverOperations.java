package io.sparkserving.operations;

import io.sparkserving.driver.DriverOperations;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.metrics.DriverCounters;
import io.sparkserving.operations.balancing.BalancedService;
import io.sparkserving.operations.balancing.LoadBalancer;
import io.sparkserving.operations.directory.DirectoryEndpoint;
import io.sparkserving.operations.directory.DirectoryHandler;
import io.sparkserving.operations.directory.StatusHandler;
import io.sparkserving.operations.metrics.SparkMetrics;
import io.sparkserving.operations.openapi.OpenApiDocument;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ApiTypes;
import java.util.List;
import java.util.OptionalInt;
import org.eclipse.jetty.server.Handler;

/** Shows services to an operator, on the driver. Each call goes to the package that it is about. */
public final class StandardDriverOperations implements DriverOperations {

  @Override
  public RunningDirectory startDirectory(ServiceConfiguration configuration) {
    return DirectoryEndpoint.start(configuration);
  }

  @Override
  public List<Handler> directoryHandlers(ServiceConfiguration configuration) {
    return List.of(StatusHandler.of(configuration), new DirectoryHandler());
  }

  @Override
  public byte[] document(ServiceConfiguration configuration, ApiTypes types) {
    return OpenApiDocument.write(configuration, types);
  }

  @Override
  public String loadBalancerConfiguration(String service, String kind, OptionalInt port) {
    return LoadBalancer.parse(kind)
        .configure(
            BalancedService.of(
                ServiceRegistry.jvm().catalogue().get(service),
                port.orElse(LoadBalancer.DEFAULT_PORT)));
  }

  @Override
  public void addMetrics(String service, DriverCounters counters) {
    SparkMetrics.add(service, counters);
  }

  @Override
  public void removeMetrics(String service) {
    SparkMetrics.remove(service);
  }
}
