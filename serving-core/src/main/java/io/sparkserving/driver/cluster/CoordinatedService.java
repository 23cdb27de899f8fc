package io.sparkserving.driver.cluster;

import io.netty.util.Timer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.driver.ApiDescription;
import io.sparkserving.driver.DriverEndpoints;
import io.sparkserving.driver.DriverOperations;
import io.sparkserving.driver.RunningService;
import io.sparkserving.driver.ServerStatus;
import io.sparkserving.driver.cluster.GatewayProvider.RunningGateway;
import io.sparkserving.exchange.Secret;
import io.sparkserving.metrics.DriverCounters;
import io.sparkserving.metrics.ProgressMetrics;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ServerInfo;
import io.sparkserving.server.worker.ServerSpec;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service whose servers are in the executors, as the driver sees it. */
public final class CoordinatedService extends RunningService {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatedService.class);

  private final SparkContext spark;
  private final ServerSpec spec;
  private final Coordinator coordinator;
  private final AllServers broadcast;
  private final ServerQuestions questions;
  private final ServersHealth health;
  private final ExecutorWatch watch;
  private final Optional<DecommissionWatch> decommissions;
  private final DriverCounters counters;
  private final @Nullable RunningGateway gateway;

  private CoordinatedService(
      ServiceConfiguration configuration,
      SparkContext spark,
      ServerSpec spec,
      Coordinator coordinator,
      ApiDescription description,
      ServersHealth health,
      @Nullable RunningGateway gateway) {
    super(configuration, description);
    this.spark = spark;
    this.spec = spec;
    this.coordinator = coordinator;
    this.health = health;
    this.broadcast = coordinator.broadcast();
    this.questions = new ServerQuestions(coordinator);
    this.gateway = gateway;
    this.watch = new ExecutorWatch(coordinator);
    this.decommissions = DecommissionWatch.start(spark, coordinator);
    this.counters =
        new DriverCounters(
            () -> coordinator.servers().size(), gateway == null ? () -> 0 : gateway::retries);
  }

  /**
   * Makes a coordinator known, and a gateway listen if one is asked for; servers start with the
   * first tasks.
   */
  public static CoordinatedService open(
      ServiceConfiguration configuration, Timer timer, InstantSource clock) {
    SparkContext spark = SparkContext.getOrCreate();
    ServiceEndpoint endpoint =
        DriverEndpoints.of(
            configuration.name() + "-" + Secret.randomName(),
            Secret.random(),
            configuration.operations().internalTls());
    ServersHealth health = new ServersHealth(configuration);
    RunningGateway gateway =
        configuration.gatewayPort().isPresent()
            ? GatewayProvider.find().start(configuration, health)
            : null;
    Coordinator.ServersListener toGateway =
        gateway == null ? servers -> {} : telling(gateway, configuration);
    ApiDescription description = new ApiDescription(configuration);
    Coordinator coordinator =
        new Coordinator(
            endpoint.secret(),
            configuration.operations(),
            servers -> {
              health.setServers(servers.size());
              toGateway.serversAre(servers);
            },
            description::document);
    ChannelPeers.add(endpoint.serverId(), coordinator);
    CoordinatedService service =
        new CoordinatedService(
            configuration,
            spark,
            ServerSpec.of(configuration, endpoint),
            coordinator,
            description,
            health,
            gateway);
    spark.addSparkListener(service.watch);
    if (configuration.operations().metrics()) {
      DriverOperations.find()
          .ifPresent(operations -> operations.addMetrics(configuration.name(), service.counters));
    }
    if (gateway != null) {
      LOG.info(
          "Gateway of service '{}' at {}:{}",
          configuration.name(),
          configuration.gatewayHost(),
          gateway.port());
    }
    return service;
  }

  private static Coordinator.ServersListener telling(
      RunningGateway gateway, ServiceConfiguration configuration) {
    GatewayReach reach = new GatewayReach(configuration);
    return servers -> {
      reach.check(servers);
      gateway.setServers(
          servers.stream().map(server -> Backend.of(server, configuration)).toList());
    };
  }

  /** What tasks need to start servers. */
  public ServerSpec spec() {
    return spec;
  }

  /** Who knows the servers. */
  public Coordinator coordinator() {
    return coordinator;
  }

  /** How to speak to all of them. */
  public AllServers broadcast() {
    return broadcast;
  }

  @Override
  public List<ServerInfo> servers() {
    return coordinator.inService().stream().map(server -> server.info(configuration())).toList();
  }

  @Override
  public List<ServiceEndpoint> endpoints() {
    return coordinator.servers().stream()
        .map(server -> server.endpoint(spec.coordinator().secret()))
        .toList();
  }

  @Override
  protected void beginTerm(long term) {
    coordinator.beginTerm(term);
    health.intake().begin(term);
    broadcast.beginTerm(term);
  }

  @Override
  protected void settle(long term, long lastBatch) {
    broadcast.settle(term, lastBatch);
  }

  @Override
  protected void drain(long term) {
    health.intake().drain(term);
    broadcast.drain(term);
  }

  @Override
  protected int refuse(long term) {
    return broadcast.refuse(term);
  }

  @Override
  protected void release(long term) {
    health.intake().release(term);
    coordinator.release(term);
    broadcast.release(term);
  }

  @Override
  protected int held(long beforeTerm) {
    return broadcast.held(beforeTerm);
  }

  @Override
  protected long replies() {
    return broadcast.replies();
  }

  @Override
  protected void noteRestart() {
    counters.noteRestart();
  }

  @Override
  public long restarts() {
    return counters.restarts();
  }

  @Override
  public CompletableFuture<List<ServerStatus>> serverStatus() {
    return questions.ask(configuration());
  }

  @Override
  public Optional<DriverCounters> driverCounters() {
    return Optional.of(counters);
  }

  @Override
  public Map<String, String> progress() {
    return configuration().operations().metrics() ? ProgressMetrics.of(counters) : Map.of();
  }

  @Override
  protected void halt() {
    health.intake().close();
    broadcast.halt();
  }

  @Override
  protected void close() {
    spark.removeSparkListener(watch);
    decommissions.ifPresent(DecommissionWatch::stop);
    DriverOperations.find()
        .ifPresent(operations -> operations.removeMetrics(configuration().name()));
    if (gateway != null) {
      gateway.refuse();
    }
    // The servers answer what they hold, also what the gateway waits for.
    broadcast.stopServers();
    if (gateway != null) {
      gateway.stop();
    }
    ChannelPeers.remove(spec.coordinator().serverId());
  }
}
