package io.sparkserving.distributed;

import io.netty.util.Timer;
import io.sparkserving.ServiceInfo;
import io.sparkserving.directory.DirectoryHandler;
import io.sparkserving.distributed.gateway.Backends;
import io.sparkserving.distributed.gateway.Gateway;
import io.sparkserving.distributed.gateway.GatewayConfiguration;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.routing.ChannelPeers;
import io.sparkserving.routing.DriverEndpoints;
import io.sparkserving.routing.ServiceEndpoint;
import io.sparkserving.service.RunningService;
import java.time.InstantSource;
import java.util.List;
import org.apache.spark.SparkContext;
import org.eclipse.jetty.server.Handler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service whose servers are in the executors, as the driver sees it. */
final class CoordinatedService extends RunningService {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatedService.class);

  private final SparkContext spark;
  private final ServiceEndpoint endpoint;
  private final Coordinator coordinator;
  private final ExecutorWatch watch;
  private final @Nullable Gateway gateway;
  private volatile long begun;
  private volatile long settled;

  private CoordinatedService(
      ServiceConfiguration configuration,
      SparkContext spark,
      ServiceEndpoint endpoint,
      Coordinator coordinator,
      @Nullable Gateway gateway) {
    super(configuration);
    this.spark = spark;
    this.endpoint = endpoint;
    this.coordinator = coordinator;
    this.gateway = gateway;
    this.watch = new ExecutorWatch(coordinator);
  }

  /** Makes a coordinator known; servers start with the query's first batch. */
  static CoordinatedService open(
      ServiceConfiguration configuration, Timer timer, InstantSource clock) {
    SparkContext spark = SparkContext.getOrCreate();
    ServiceEndpoint endpoint =
        DriverEndpoints.of(configuration.name() + "-" + Secret.randomName(), Secret.random());
    Backends backends = new Backends();
    Coordinator coordinator =
        new Coordinator(
            endpoint.secret(),
            servers ->
                backends.set(
                    servers.stream().map(server -> server.backend(configuration)).toList()));
    Gateway gateway =
        configuration.gatewayPort().isPresent()
            ? Gateway.start(
                gatewayConfiguration(configuration), backends, gatewayFront(configuration))
            : null;
    ChannelPeers.add(endpoint.serverId(), coordinator);
    CoordinatedService service =
        new CoordinatedService(configuration, spark, endpoint, coordinator, gateway);
    spark.addSparkListener(service.watch);
    if (gateway != null) {
      LOG.info(
          "Gateway of service '{}' at {}:{}",
          configuration.name(),
          configuration.gatewayHost(),
          gateway.port());
    }
    return service;
  }

  /** The gateway tells of the service's servers, unless a port of its own is asked for that. */
  private static Handler.Wrapper gatewayFront(ServiceConfiguration configuration) {
    return configuration.coordinatorPort().isEmpty()
        ? new DirectoryHandler()
        : new Handler.Wrapper();
  }

  private static GatewayConfiguration gatewayConfiguration(ServiceConfiguration configuration) {
    return new GatewayConfiguration(
        configuration.name(),
        configuration.gatewayHost(),
        configuration.gatewayPort().getAsInt(),
        configuration.path(),
        configuration.requestTimeout());
  }

  /** How servers reach the coordinator. */
  ServiceEndpoint endpoint() {
    return endpoint;
  }

  Coordinator coordinator() {
    return coordinator;
  }

  /** Notes the batch that the query works on. */
  void begin(long batch) {
    begun = batch;
  }

  @Override
  public List<ServiceInfo> servers() {
    return coordinator.servers().stream().map(server -> server.info(configuration())).toList();
  }

  @Override
  public List<ServiceEndpoint> endpoints() {
    return coordinator.servers().stream()
        .map(server -> server.endpoint(endpoint.secret()))
        .toList();
  }

  /** The first batch starts the servers. */
  @Override
  public boolean isReady() {
    return settled > 0 && super.isReady();
  }

  @Override
  public void settle() {
    if (settled < begun) {
      settled = begun;
      coordinator.settle(settled);
    }
  }

  @Override
  protected void close() {
    spark.removeSparkListener(watch);
    if (gateway != null) {
      gateway.refuse();
    }
    // The servers answer what they hold, also what the gateway waits for.
    coordinator.stopServers();
    if (gateway != null) {
      gateway.stop();
    }
    ChannelPeers.remove(endpoint.serverId());
  }
}
