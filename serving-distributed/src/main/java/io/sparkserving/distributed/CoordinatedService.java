package io.sparkserving.distributed;

import io.netty.util.Timer;
import io.sparkserving.ServiceInfo;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.routing.ChannelPeers;
import io.sparkserving.routing.DriverEndpoints;
import io.sparkserving.routing.ServiceEndpoint;
import io.sparkserving.service.RunningService;
import java.time.InstantSource;
import java.util.List;
import org.apache.spark.SparkContext;

/** A service whose servers are in the executors, as the driver sees it. */
final class CoordinatedService extends RunningService {
  private final SparkContext spark;
  private final ServiceEndpoint endpoint;
  private final Coordinator coordinator;
  private final ExecutorWatch watch;
  private volatile long begun;
  private volatile long settled;

  private CoordinatedService(
      ServiceConfiguration configuration,
      SparkContext spark,
      ServiceEndpoint endpoint,
      Coordinator coordinator) {
    super(configuration);
    this.spark = spark;
    this.endpoint = endpoint;
    this.coordinator = coordinator;
    this.watch = new ExecutorWatch(coordinator);
  }

  /** Makes a coordinator known; servers start with the query's first batch. */
  static CoordinatedService open(
      ServiceConfiguration configuration, Timer timer, InstantSource clock) {
    SparkContext spark = SparkContext.getOrCreate();
    ServiceEndpoint endpoint =
        DriverEndpoints.of(configuration.name() + "-" + Secret.randomName(), Secret.random());
    Coordinator coordinator = new Coordinator(endpoint.secret());
    ChannelPeers.add(endpoint.serverId(), coordinator);
    CoordinatedService service =
        new CoordinatedService(configuration, spark, endpoint, coordinator);
    spark.addSparkListener(service.watch);
    return service;
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
    coordinator.stopServers();
    ChannelPeers.remove(endpoint.serverId());
  }
}
