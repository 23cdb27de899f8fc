package io.sparkserving.service;

import io.netty.util.Timer;
import io.sparkserving.ServiceInfo;
import io.sparkserving.exchange.LocalServices;
import io.sparkserving.exchange.Service;
import io.sparkserving.http.BoundService;
import io.sparkserving.http.HttpListeners;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.routing.ChannelPeers;
import io.sparkserving.routing.DriverEndpoints;
import io.sparkserving.routing.ServiceEndpoint;
import io.sparkserving.routing.ServicePeer;
import java.time.InstantSource;
import java.util.List;

/** A service whose one server is in the driver's JVM. */
public final class LocalService extends RunningService {
  private final BoundService bound;

  private LocalService(BoundService bound) {
    super(bound.service().configuration());
    this.bound = bound;
  }

  /**
   * Makes a service listen.
   *
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  public static LocalService open(
      ServiceConfiguration configuration, Timer timer, InstantSource clock) {
    Service service = new Service(configuration, timer, clock);
    LocalService opened = new LocalService(HttpListeners.bind(service));
    LocalServices.add(service);
    ChannelPeers.add(service.serverId(), new ServicePeer(service));
    return opened;
  }

  /** Requests and replies. */
  public Service service() {
    return bound.service();
  }

  @Override
  public List<ServiceInfo> servers() {
    return List.of(
        new ServiceInfo(
            configuration().name(),
            configuration().host(),
            bound.port(),
            configuration().path(),
            MachineAddress.get(),
            null));
  }

  @Override
  public List<ServiceEndpoint> endpoints() {
    return List.of(DriverEndpoints.of(service()));
  }

  @Override
  protected void beginTerm(long term) {
    service().queue().beginTerm(term);
  }

  @Override
  protected void settle(long term, long lastBatch) {
    service().leases().settle(term, lastBatch);
  }

  @Override
  protected void release(long term) {
    service().leases().release(term);
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
  protected void halt() {
    service().halt();
  }

  @Override
  protected void close() {
    bound.close();
    LocalServices.remove(service());
    ChannelPeers.remove(service().serverId());
  }
}
