package io.sparkserving.driver;

import io.netty.util.Timer;
import io.sparkserving.channel.MachineAddress;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.metrics.ProgressMetrics;
import io.sparkserving.metrics.ServerReport;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ListeningServer;
import io.sparkserving.server.ServerInfo;
import io.sparkserving.server.ServicePeer;
import io.sparkserving.server.listener.HttpListeners;
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

  private final ListeningServer listening;
  private final CoreDemand demand;

  private DriverService(ListeningServer listening, ApiDescription description, Timer timer) {
    super(listening.exchanges().configuration(), description);
    this.listening = listening;
    this.demand =
        CoreDemand.watch(timer, NanoClock.SYSTEM, listening.exchanges().runningTasks()::hurry);
  }

  /**
   * Makes a service listen, and begins to make it reachable through a gateway if that is asked for.
   *
   * @throws UncheckedIOException if the address cannot be bound
   */
  public static DriverService open(
      ServiceConfiguration configuration, Timer timer, InstantSource clock) {
    ServerExchanges exchanges = new ServerExchanges(configuration, timer, clock, NanoClock.SYSTEM);
    ApiDescription description = new ApiDescription(configuration);
    exchanges.describedBy(() -> CompletableFuture.completedFuture(description.document()));
    return new DriverService(
        ListeningServer.start(
            exchanges, HttpListeners::bind, new ServicePeer(exchanges), address -> {}),
        description,
        timer);
  }

  @Override
  protected void awaitReachable() {
    try {
      listening.awaitReachable();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The requests of the service's one server. */
  public ServerExchanges exchanges() {
    return listening.exchanges();
  }

  @Override
  public List<ServerInfo> servers() {
    return List.of(
        new ServerInfo(
            configuration().name(),
            configuration().host(),
            listening.port(),
            configuration().path(),
            MachineAddress.get(),
            listening.forwardedAddress().orElse(null),
            configuration().operations().transport().scheme()));
  }

  @Override
  public List<ServiceEndpoint> endpoints() {
    return List.of(DriverEndpoints.of(exchanges()));
  }

  @Override
  protected void beginTerm(long term) {
    exchanges().beginTerm(term);
  }

  @Override
  protected void settle(long term, long lastBatch) {
    exchanges().polls().end(term, lastBatch);
    exchanges().settle(term, lastBatch);
  }

  @Override
  protected void drain(long term) {
    exchanges().drain(term);
  }

  @Override
  protected int refuse(long term) {
    return exchanges().refuse(term);
  }

  @Override
  protected void release(long term) {
    exchanges().release(term);
  }

  @Override
  protected int held(long beforeTerm) {
    return exchanges().leases().held(beforeTerm);
  }

  @Override
  protected long answers() {
    return exchanges().counters().replied() + exchanges().counters().givenUp();
  }

  @Override
  protected void noteRestart() {
    exchanges().counters().noteRestart();
  }

  @Override
  public long restarts() {
    return exchanges().counters().restarts();
  }

  @Override
  public CompletableFuture<List<ServerStatus>> serverStatus() {
    return CompletableFuture.completedFuture(
        servers().stream()
            .map(
                info ->
                    new ServerStatus(
                        exchanges().serverId(),
                        DRIVER,
                        info,
                        Optional.of(ServerReport.of(exchanges()))))
            .toList());
  }

  @Override
  public Map<String, String> progress() {
    return ProgressMetrics.of(exchanges());
  }

  @Override
  public Map<String, String> replyProgress() {
    return ProgressMetrics.ofReplies(exchanges());
  }

  @Override
  protected void halt() {
    exchanges().halt();
  }

  @Override
  protected void close() {
    demand.stop();
    listening.close();
  }
}
