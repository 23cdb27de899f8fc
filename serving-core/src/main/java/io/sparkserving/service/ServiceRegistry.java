package io.sparkserving.service;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.util.Timer;
import io.sparkserving.ServiceInfo;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.options.ServiceConfiguration;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
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
      new ServiceRegistry(ServiceTimer.jvm(), InstantSource.system());

  /** Makes the servers of a service listen, or sees to it that they will. */
  @FunctionalInterface
  public interface Opener {
    RunningService open(ServiceConfiguration configuration, Timer timer, InstantSource clock);
  }

  private record Declaration(ServiceConfiguration configuration, Opener opener) {}

  private final Timer timer;
  private final InstantSource clock;

  // Changed under this object's lock, which is held while a service opens or closes; read without,
  // so that no other service's batch waits for that.
  private final Map<String, Declaration> declared = new ConcurrentSkipListMap<>();
  private final Map<String, RunningService> running = new ConcurrentSkipListMap<>();

  ServiceRegistry(Timer timer, InstantSource clock) {
    this.timer = timer;
    this.clock = clock;
  }

  /** The registry of this JVM. */
  public static ServiceRegistry jvm() {
    return JVM;
  }

  /** Notes what a loaded stream asks for; the latest load of a name counts. */
  public synchronized void declare(ServiceConfiguration configuration, Opener opener) {
    declared.put(configuration.name(), new Declaration(configuration, opener));
  }

  /**
   * Makes the named service listen, if it does not yet. For the sink of a query that starts.
   *
   * @throws IllegalArgumentException if nothing of that name was loaded
   * @throws IllegalStateException if the name was loaded anew while another query serves it
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  public synchronized void prepare(String name) {
    Declaration wanted = declared.get(name);
    RunningService current = running.get(name);
    if (current != null) {
      // The object, not its value: a load after the start means a second query on the name.
      boolean loadedAnew = wanted == null || current.configuration() != wanted.configuration();
      if (current.queryId() != null && loadedAnew) {
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
   * @param opener opens it, if it was not prepared
   * @param queryId id of the streaming query
   * @throws IllegalStateException if another query has it
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  public synchronized RunningService attach(
      ServiceConfiguration wanted, Opener opener, String queryId) {
    RunningService current = running.get(wanted.name());
    if (current != null && current.queryId() != null) {
      throw alreadyServed(wanted.name(), current);
    }
    if (current != null && !current.configuration().equals(wanted)) {
      close(current);
      current = null;
    }
    RunningService service = current == null ? open(new Declaration(wanted, opener)) : current;
    service.attach(queryId);
    LOG.info("Query {} serves {}", queryId, service);
    return service;
  }

  /** Ends a service: answers what is open, frees port and name. */
  public void detach(RunningService service) {
    synchronized (this) {
      close(service);
    }
    LOG.info("Stopped {}", service);
  }

  /** The running service of that name, if there is one. */
  public @Nullable RunningService find(String name) {
    return running.get(name);
  }

  /** What the named service was asked to be, by its run or else its load; null if neither was. */
  public @Nullable ServiceConfiguration configuration(String name) {
    RunningService current = running.get(name);
    if (current != null) {
      return current.configuration();
    }
    Declaration declaration = declared.get(name);
    return declaration == null ? null : declaration.configuration();
  }

  /** All running services of this driver. */
  public List<RunningService> running() {
    return List.copyOf(running.values());
  }

  /** The query has finished a batch and has delivered all of its replies to the service. */
  public void settle(String name, String queryId) {
    RunningService finished = find(name);
    if (finished != null && queryId.equals(finished.queryId())) {
      finished.settle();
    }
  }

  /** The services that the query consumes the requests of. */
  public List<RunningService> servedBy(String queryId) {
    return running().stream().filter(current -> queryId.equals(current.queryId())).toList();
  }

  /**
   * Every listening server of the named service.
   *
   * @throws IllegalArgumentException if no such service is running
   */
  public List<ServiceInfo> serviceInfo(String name) {
    RunningService current = find(name);
    if (current == null) {
      throw new IllegalArgumentException(
          "Invalid service name '%s': expected one that is running, of %s."
              .formatted(name, names()));
    }
    return current.servers();
  }

  private Set<String> names() {
    return new TreeSet<>(running.keySet());
  }

  @GuardedBy("this")
  private RunningService open(Declaration declaration) {
    ServiceConfiguration configuration = declaration.configuration();
    RunningService service = declaration.opener().open(configuration, timer, clock);
    running.put(configuration.name(), service);
    LOG.info("Opened {}", service);
    return service;
  }

  private synchronized void closeUnused(RunningService service) {
    if (service.queryId() == null && running.containsValue(service)) {
      LOG.warn("No query came to serve {}: closing it", service);
      close(service);
    }
  }

  @GuardedBy("this")
  private void close(RunningService service) {
    running.remove(service.configuration().name(), service);
    service.close();
  }

  private static IllegalStateException alreadyServed(String name, RunningService current) {
    return new IllegalStateException(
        "Cannot serve '%s': query %s serves it already, at %s. Stop that query first, or choose"
                .formatted(name, current.queryId(), current)
            + " another name.");
  }
}
