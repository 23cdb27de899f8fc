package io.sparkserving.service;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sparkserving.ServiceInfo;
import io.sparkserving.exchange.Service;
import io.sparkserving.options.ServiceConfiguration;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of this JVM by name. A per-JVM singleton, as ports are.
 *
 * <p>{@link #declare} notes what a loaded stream asks for. {@link #prepare}, called while a query
 * starts, binds the port, so that a port in use fails the start and a client may call as soon as
 * the start returns. {@link #attach}, called by the source inside the query, makes that service the
 * query's own; {@link #detach} ends it. A prepared service to which no query attaches is closed
 * after ten seconds.
 */
public final class ServiceRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceRegistry.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final ServiceRegistry JVM =
      new ServiceRegistry(
          new HashedWheelTimer(
              new DefaultThreadFactory("spark-serving-timer", true), 20, TimeUnit.MILLISECONDS),
          InstantSource.system());

  private final Timer timer;
  private final InstantSource clock;

  @GuardedBy("this")
  private final Map<String, ServiceConfiguration> declared = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, RunningService> running = new TreeMap<>();

  ServiceRegistry(Timer timer, InstantSource clock) {
    this.timer = timer;
    this.clock = clock;
  }

  /** The registry of this JVM. */
  public static ServiceRegistry jvm() {
    return JVM;
  }

  /** Notes what a loaded stream asks for; the latest load of a name counts. */
  public synchronized void declare(ServiceConfiguration configuration) {
    declared.put(configuration.name(), configuration);
  }

  /**
   * Makes the named service listen, if it does not yet. For the sink of a query that starts.
   *
   * @throws IllegalArgumentException if nothing of that name was loaded
   * @throws IllegalStateException if the name was loaded anew while another query serves it
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  public synchronized void prepare(String name) {
    ServiceConfiguration wanted = declared.get(name);
    RunningService current = running.get(name);
    if (current != null) {
      // The object, not its value: a load after the start means a second query on the name.
      if (current.queryId() != null && current.service().configuration() != wanted) {
        throw alreadyServed(name, current);
      }
      return;
    }
    if (wanted == null) {
      throw new IllegalArgumentException(
          "Invalid service name '%s' in replyTo: expected one that was loaded before, of %s."
              .formatted(name, declared.keySet()));
    }
    RunningService prepared = open(wanted);
    timer.newTimeout(fired -> closeUnused(prepared), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Gives the service to the query whose source asks for it, listening.
   *
   * @param queryId id of the streaming query
   * @throws IllegalStateException if another query has it
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  public synchronized RunningService attach(ServiceConfiguration wanted, String queryId) {
    RunningService current = running.get(wanted.name());
    if (current != null && current.queryId() != null) {
      throw alreadyServed(wanted.name(), current);
    }
    if (current != null && !current.service().configuration().equals(wanted)) {
      close(current);
      current = null;
    }
    RunningService service = current == null ? open(wanted) : current;
    service.attach(queryId);
    LOG.info("Query {} serves {}", queryId, describe(service));
    return service;
  }

  /** Ends a service: answers what is open, frees port and name. */
  public void detach(RunningService service) {
    synchronized (this) {
      close(service);
    }
    LOG.info("Stopped {}: {}", service.service().configuration().name(), service.service());
  }

  /** The running service of that name, if there is one in this JVM. */
  public synchronized @Nullable Service find(String name) {
    RunningService current = running.get(name);
    return current == null ? null : current.service();
  }

  /** All running services of this JVM. */
  public synchronized Collection<Service> services() {
    List<Service> services = new ArrayList<>();
    running.values().forEach(current -> services.add(current.service()));
    return services;
  }

  /** The query has finished a batch and has delivered all of its replies to the service. */
  public void settle(String name, String queryId) {
    RunningService finished;
    synchronized (this) {
      RunningService current = running.get(name);
      finished = current != null && queryId.equals(current.queryId()) ? current : null;
    }
    if (finished != null) {
      finished.service().leases().settle();
    }
  }

  /** Whether the query serves anything. */
  public synchronized boolean isServedBy(String queryId) {
    return running.values().stream().anyMatch(current -> queryId.equals(current.queryId()));
  }

  /**
   * Every listening server of the named service.
   *
   * @throws IllegalArgumentException if no such service is running
   */
  public synchronized List<ServiceInfo> serviceInfo(String name) {
    RunningService current = running.get(name);
    if (current == null) {
      throw new IllegalArgumentException(
          "Invalid service name '%s': expected one that is running, of %s."
              .formatted(name, new TreeSet<>(running.keySet())));
    }
    return List.of(current.info(MachineAddress.get()));
  }

  @GuardedBy("this")
  private RunningService open(ServiceConfiguration configuration) {
    RunningService service = RunningService.open(new Service(configuration, timer, clock));
    running.put(configuration.name(), service);
    LOG.info("Listening: {}", describe(service));
    return service;
  }

  private synchronized void closeUnused(RunningService service) {
    if (service.queryId() == null && running.containsValue(service)) {
      LOG.warn("No query came to serve {}: closing it", describe(service));
      close(service);
    }
  }

  @GuardedBy("this")
  private void close(RunningService service) {
    running.remove(service.service().configuration().name(), service);
    service.close();
  }

  private static IllegalStateException alreadyServed(String name, RunningService current) {
    return new IllegalStateException(
        "Cannot serve '%s': query %s serves it already, at port %d. Stop that query first, or choose"
                .formatted(name, current.queryId(), current.port())
            + " another name.");
  }

  private static String describe(RunningService service) {
    ServiceConfiguration configuration = service.service().configuration();
    return "service '%s' at http://%s:%d/%s"
        .formatted(
            configuration.name(), configuration.host(), service.port(), configuration.path());
  }
}
