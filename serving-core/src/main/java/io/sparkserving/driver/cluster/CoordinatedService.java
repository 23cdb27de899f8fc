package io.sparkserving.driver.cluster;

import io.netty.util.Timer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.driver.ApiDescription;
import io.sparkserving.driver.CoreDemand;
import io.sparkserving.driver.DriverEndpoints;
import io.sparkserving.driver.DriverOperations;
import io.sparkserving.driver.RunningService;
import io.sparkserving.driver.ServerStatus;
import io.sparkserving.driver.cluster.GatewayProvider.RunningGateway;
import io.sparkserving.exchange.NanoClock;
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
  private volatile CompletableFuture<Void> released = CompletableFuture.completedFuture(null);
  private final AllServers allServers;
  private final TaskPeer tasks;
  private final ServerQuestions questions;
  private final ServersHealth health;
  private final ExecutorWatch watch;
  private final SilenceWatch silence;
  private final CoreDemand demand;
  private final Optional<LeavingWatch> leaving;
  private final DriverCounters counters;
  private final @Nullable RunningGateway gateway;

  private CoordinatedService(
      ServiceConfiguration configuration,
      SparkContext spark,
      Timer timer,
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
    this.allServers = coordinator.allServers();
    this.tasks = TaskPeer.open(coordinator.servers(), spec.coordinator());
    this.questions = new ServerQuestions(coordinator);
    this.gateway = gateway;
    this.watch = new ExecutorWatch(coordinator);
    this.silence = SilenceWatch.start(timer, coordinator);
    this.demand = CoreDemand.watch(timer, NanoClock.SYSTEM, coordinator::giveWay);
    this.leaving = LeavingWatch.start(spark, coordinator);
    this.counters =
        new DriverCounters(
            () -> coordinator.servers().all().size(),
            gateway == null ? () -> 0 : gateway::retries,
            tasks::lost);
  }

  /**
   * Opens a service: makes its coordinator known to tasks, and its gateway listen if one is asked
   * for. Servers start with the first tasks.
   *
   * @throws java.io.UncheckedIOException if the gateway's port cannot be bound
   */
  public static CoordinatedService open(
      ServiceConfiguration configuration, Timer timer, InstantSource clock) {
    SparkContext spark = SparkContext.getOrCreate();
    UnsuitedSettings.warn(spark.getConf(), configuration.name());
    ServiceEndpoint endpoint =
        DriverEndpoints.of(
            configuration.name() + "-" + Secret.randomName(),
            Secret.random(),
            configuration.operations().internal());
    ServersHealth health = new ServersHealth(configuration);
    RunningGateway gateway =
        configuration.gatewayPort().isPresent()
            ? GatewayProvider.find().start(configuration, health, endpoint.secret())
            : null;
    KnownServers.Listener toGateway =
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
            description::document,
            NanoClock.SYSTEM);
    ChannelPeers.add(
        endpoint.serverId(),
        new AnnouncementCheck(coordinator, executor -> BlockManagers.hostOf(spark, executor)));
    CoordinatedService service =
        new CoordinatedService(
            configuration,
            spark,
            timer,
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

  private static KnownServers.Listener telling(
      RunningGateway gateway, ServiceConfiguration configuration) {
    GatewayReach reach = new GatewayReach(configuration);
    return servers -> {
      reach.check(servers);
      gateway.setServers(
          servers.stream().map(server -> Backend.of(server, configuration)).toList());
    };
  }

  /** What tasks need to start servers of the service. */
  public ServerSpec spec() {
    return spec;
  }

  /** Hears what the servers say; knows the servers, and what there is to do. */
  public Coordinator coordinator() {
    return coordinator;
  }

  /** Speaks to all servers of the service at once. */
  public AllServers allServers() {
    return allServers;
  }

  @Override
  public List<ServerInfo> servers() {
    return coordinator.servers().inService().stream()
        .map(server -> server.info(configuration()))
        .toList();
  }

  @Override
  public List<ServiceEndpoint> endpoints() {
    return coordinator.servers().all().stream()
        .map(server -> server.endpoint().withLostReplies(tasks.endpoint()))
        .toList();
  }

  @Override
  public Optional<ServiceEndpoint> directory() {
    return Optional.of(tasks.endpoint());
  }

  @Override
  protected void beginTerm(long term) {
    coordinator.work().beginTerm(term);
    health.intake().begin(term);
    allServers.beginTerm(term);
  }

  @Override
  protected void settle(long term, long lastBatch) {
    allServers.settle(term, lastBatch);
  }

  @Override
  protected void drain(long term) {
    health.intake().drain(term);
    allServers.drain(term);
  }

  @Override
  protected int refuse(long term) {
    return allServers.refuse(term);
  }

  @Override
  protected void release(long term) {
    health.intake().release(term);
    coordinator.release(term);
    released = allServers.release(term);
  }

  @Override
  public CompletableFuture<Void> released() {
    return released;
  }

  @Override
  protected int held(long beforeTerm) {
    return allServers.held(beforeTerm);
  }

  @Override
  protected long answers() {
    return allServers.answers();
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
    allServers.halt();
  }

  @Override
  protected void close() {
    spark.removeSparkListener(watch);
    demand.stop();
    silence.stop();
    leaving.ifPresent(LeavingWatch::stop);
    DriverOperations.find()
        .ifPresent(operations -> operations.removeMetrics(configuration().name()));
    if (gateway != null) {
      gateway.refuse();
    }
    // The servers answer what they hold, also what the gateway waits for.
    allServers.stopServers();
    if (gateway != null) {
      gateway.stop();
    }
    ChannelPeers.remove(spec.coordinator().serverId());
    tasks.close();
  }
}
