package io.sparkserving.driver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.util.Timer;
import io.sparkserving.channel.RunningEndpoints;
import io.sparkserving.driver.DriverOperations.RunningDirectory;
import io.sparkserving.driver.ServiceRegistry.Opener;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.PortRange;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ApiTypes;
import java.time.InstantSource;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of this driver by name: those that streams were loaded for, and those that run. All
 * threads may look. Services are opened, and taken out, with this object's lock held, and closed
 * without it.
 */
public final class ServiceCatalogue {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceCatalogue.class);

  private record Declaration(ServiceConfiguration configuration, Opener opener) {}

  private final Timer timer;
  private final InstantSource clock;

  @GuardedBy("this")
  private final Map<String, Declaration> declared = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, ApiTypes> described = new TreeMap<>();

  /** Changed by whoever holds the lock; read by all, as a service that opens may hold it long. */
  private final Map<String, Turns> running = new ConcurrentSkipListMap<>();

  @GuardedBy("this")
  private final Map<RunningService, RunningDirectory> directories = new IdentityHashMap<>();

  @GuardedBy("this")
  private final Map<String, ClosingService> closing = new TreeMap<>();

  ServiceCatalogue(Timer timer, InstantSource clock) {
    this.timer = timer;
    this.clock = clock;
  }

  /**
   * Notes what a loaded stream asks for; the latest load of a name counts.
   *
   * @throws IllegalArgumentException if a service runs at the port with other options for TLS
   */
  public synchronized void declare(ServiceConfiguration configuration, Opener opener) {
    SharedPort.check(configuration, running());
    declared.put(configuration.name(), new Declaration(configuration, opener));
  }

  /** What the latest load of the name asks for, or null if nothing of that name was loaded. */
  @GuardedBy("this")
  @Nullable ServiceConfiguration declared(String name) {
    Declaration declaration = declared.get(name);
    return declaration == null ? null : declaration.configuration();
  }

  /** Where JVMs listen for each other as the first service wants it that names ports at all. */
  synchronized PortRange internalPorts() {
    return declared.values().stream()
        .map(each -> each.configuration().operations().internal().ports())
        .filter(ports -> !ports.equals(PortRange.ANY))
        .findFirst()
        .orElse(PortRange.ANY);
  }

  /** Tells clients of the named service, and of a later one of that name, what it does. */
  @GuardedBy("this")
  void describe(String name, ApiTypes types) {
    described.put(name, types);
    Turns turns = running.get(name);
    if (turns != null) {
      turns.service().description().describe(types);
    }
  }

  /** The running service of that name, or null if there is none. */
  public @Nullable RunningService find(String name) {
    Turns turns = running.get(name);
    return turns == null ? null : turns.service();
  }

  /**
   * The running service of that name.
   *
   * @throws IllegalArgumentException if no such service is running
   */
  public RunningService get(String name) {
    RunningService current = find(name);
    if (current == null) {
      throw new IllegalArgumentException(
          "Invalid service name '%s': expected one that is running, of %s."
              .formatted(name, running.keySet()));
    }
    return current;
  }

  /** All running services of this driver, in the order of their names. */
  public List<RunningService> running() {
    return running.values().stream().map(Turns::service).toList();
  }

  /** How all running services of this driver are doing, in the order of their names. */
  public List<ServiceStanding> standings() {
    return running.values().stream().map(Turns::standing).toList();
  }

  /** Whether a server is that of a running service whose only server is on this driver. */
  public boolean isLocal(ServerExchanges ofServer) {
    return find(ofServer.configuration().name()) instanceof DriverService onDriver
        && onDriver.exchanges() == ofServer;
  }

  /** Whose turn it is at the named service, or null if none of that name is running. */
  @Nullable Turns turns(String name) {
    return running.get(name);
  }

  /** Whose turn it is at this service, or null if the service is closed. */
  @Nullable Turns turnsOf(RunningService service) {
    Turns turns = running.get(service.configuration().name());
    return turns != null && turns.service() == service ? turns : null;
  }

  /** Whose turn it is at each running service. */
  Collection<Turns> turns() {
    return running.values();
  }

  /**
   * Opens what the latest load of the name asks for.
   *
   * @throws IllegalArgumentException if nothing of that name was loaded
   * @throws java.io.UncheckedIOException if the address cannot be bound
   */
  @GuardedBy("this")
  Turns openDeclared(String name) {
    Declaration declaration = declared.get(name);
    if (declaration == null) {
      throw new IllegalArgumentException(
          "Invalid service name '%s' in replyTo: expected one that was loaded before, of %s."
              .formatted(name, declared.keySet()));
    }
    return open(declaration.configuration(), declaration.opener());
  }

  /**
   * Opens a service, and the directory that it asks for.
   *
   * @throws java.io.UncheckedIOException if an address cannot be bound
   */
  @GuardedBy("this")
  Turns open(ServiceConfiguration configuration, Opener opener) {
    RunningDirectory directory = startDirectory(configuration);
    RunningService service;
    try {
      service = opener.open(configuration, timer, clock);
    } catch (RuntimeException | Error e) {
      if (directory != null) {
        directory.stop();
      }
      throw e;
    }
    ApiTypes types = described.get(configuration.name());
    if (types != null) {
      service.description().describe(types);
    }
    Turns turns = new Turns(service);
    running.put(configuration.name(), turns);
    RunningEndpoints.add(
        configuration.name(), service::endpoints, service.directory().orElse(null));
    if (directory != null) {
      directories.put(service, directory);
    }
    LOG.info("Opened {}", service);
    OpenDoor.warnOf(configuration);
    return turns;
  }

  private static @Nullable RunningDirectory startDirectory(ServiceConfiguration configuration) {
    return configuration.coordinatorPort().isEmpty()
        ? null
        : DriverOperations.require("option coordinator.port").startDirectory(configuration);
  }

  /** Takes out a running service, which the caller is to close as soon as it has no lock. */
  @GuardedBy("this")
  ClosingService remove(Turns turns) {
    RunningService service = turns.service();
    String name = service.configuration().name();
    running.remove(name, turns);
    RunningEndpoints.remove(name);
    ClosingService removed =
        new ClosingService(service, directories.remove(service), () -> forget(name));
    closing.put(name, removed);
    return removed;
  }

  private synchronized void forget(String closed) {
    closing.remove(closed);
  }

  /** Waits until no service of that name is about to close. Called without the lock. */
  void awaitClosed(String name) {
    ClosingService before;
    synchronized (this) {
      before = closing.get(name);
    }
    if (before != null) {
      before.await();
    }
  }

  /** Whether a service of that name is about to close, so that no other can be opened yet. */
  @GuardedBy("this")
  boolean isClosing(String name) {
    return closing.containsKey(name);
  }
}
