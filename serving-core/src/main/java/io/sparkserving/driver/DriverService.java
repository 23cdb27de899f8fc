package io.sparkserving.driver;

import io.netty.util.Timer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.channel.MachineAddress;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.forwarding.ForwardingProvider;
import io.sparkserving.forwarding.RunningForward;
import io.sparkserving.metrics.ProgressMetrics;
import io.sparkserving.metrics.ServerReport;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ServerInfo;
import io.sparkserving.server.ServicePeer;
import io.sparkserving.server.listener.BoundService;
import io.sparkserving.server.listener.HttpListeners;
import io.sparkserving.server.management.ServerOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A service whose one server is in the driver's JVM. */
public final class DriverService extends RunningService {
  private static final String DRIVER = "driver";

  private final BoundService bound;
  private final Optional<RunningForward> forward;

  private DriverService(BoundService bound, Optional<RunningForward> forward) {
    super(bound.service().configuration());
    this.bound = bound;
    this.forward = forward;
  }

  /**
   * Makes a service listen, and begins to make it reachable through a gateway if that is asked for.
   *
   * @throws UncheckedIOException if the address cannot be bound
   */
  public static DriverService open(
      ServiceConfiguration configuration, Timer timer, InstantSource clock) {
    ServerExchanges service = new ServerExchanges(configuration, timer, clock, NanoClock.SYSTEM);
    BoundService bound = HttpListeners.bind(service);
    DriverService opened = new DriverService(bound, forward(bound));
    service.describedBy(() -> CompletableFuture.completedFuture(opened.description().document()));
    LocalServers.add(service);
    ServerOperations.find().opened(service);
    ChannelPeers.add(service.serverId(), new ServicePeer(service));
    return opened;
  }

  private static Optional<RunningForward> forward(BoundService bound) {
    try {
      return ForwardingProvider.startFor(
          bound.service().configuration(), bound.port(), address -> {});
    } catch (RuntimeException e) {
      bound.close();
      throw e;
    }
  }

  @Override
  protected void awaitReachable() {
    try {
      if (forward.isPresent()) {
        forward.get().awaitStarted();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Requests and replies. */
  public ServerExchanges service() {
    return bound.service();
  }

  @Override
  public List<ServerInfo> servers() {
    return List.of(
        new ServerInfo(
            configuration().name(),
            configuration().host(),
            bound.port(),
            configuration().path(),
            MachineAddress.get(),
            forward.flatMap(RunningForward::address).orElse(null),
            configuration().operations().transport().scheme()));
  }

  @Override
  public List<ServiceEndpoint> endpoints() {
    return List.of(DriverEndpoints.of(service()));
  }

  @Override
  protected void beginTerm(long term) {
    service().beginTerm(term);
  }

  @Override
  protected void settle(long term, long lastBatch) {
    service().leases().settle(term, lastBatch);
  }

  @Override
  protected void drain(long term) {
    service().drain(term);
  }

  @Override
  protected int refuse(long term) {
    return service().refuse(term);
  }

  @Override
  protected void release(long term) {
    service().release(term);
  }

  @Override
  protected int held(long beforeTerm) {
    return service().leases().held(beforeTerm);
  }

  @Override
  protected long replies() {
    return service().counters().replied();
  }

  @Override
  protected void noteRestart() {
    service().counters().noteRestart();
  }

  @Override
  public long restarts() {
    return service().counters().restarts();
  }

  @Override
  public CompletableFuture<List<ServerStatus>> serverStatus() {
    return CompletableFuture.completedFuture(
        servers().stream()
            .map(
                info ->
                    new ServerStatus(
                        service().serverId(),
                        DRIVER,
                        info,
                        Optional.of(ServerReport.of(service()))))
            .toList());
  }

  @Override
  public Map<String, String> progress() {
    return ProgressMetrics.of(service());
  }

  @Override
  public Map<String, String> replyProgress() {
    return ProgressMetrics.ofReplies(service());
  }

  @Override
  protected void halt() {
    service().halt();
  }

  @Override
  protected void close() {
    bound.close();
    forward.ifPresent(RunningForward::close);
    ServerOperations.find().closed(service());
    LocalServers.remove(service());
    ChannelPeers.remove(service().serverId());
  }
}
