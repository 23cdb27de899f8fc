package io.sparkserving.driver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.util.Timer;
import io.sparkserving.channel.RunningEndpoints;
import io.sparkserving.driver.DriverOperations.RunningDirectory;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ApiTypes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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
 * query's own; {@link Consumer#detach} ends it. A prepared service to which no query attaches is
 * closed after ten seconds.
 *
 * <p>A query that is supervised leaves its service open when it ends, for its next run. A query
 * that takes over joins the one that is there, gets all new requests as soon as it is ready, and
 * the one before is stopped when it has finished what it held.
 */
public final class ServiceRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceRegistry.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** One that is not ready then may need what its predecessor holds, such as cores. */
  private static final Duration TAKEOVER_PATIENCE = Duration.ofSeconds(20);

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

  @GuardedBy("this")
  private final Map<String, Declaration> declared = new TreeMap<>();

  @GuardedBy("this")
  private final Map<String, ApiTypes> described = new TreeMap<>();

  /** Changed by whoever holds the lock; read by all, as a service that closes holds it long. */
  private final Map<String, Turns> running = new ConcurrentSkipListMap<>();

  @GuardedBy("this")
  private final Map<RunningService, RunningDirectory> directories = new IdentityHashMap<>();

  ServiceRegistry(Timer timer, InstantSource clock) {
    this.timer = timer;
    this.clock = clock;
  }

  /** The registry of this JVM. */
  public static ServiceRegistry jvm() {
    return JVM;
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

  /**
   * Makes the named service listen, if it does not yet. For the sink of a query that starts.
   *
   * @param types of requests and replies, which clients are told of from now on
   * @throws IllegalArgumentException if nothing of that name was loaded
   * @throws IllegalStateException if the name was loaded anew while another query serves it
   * @throws java.io.UncheckedIOException if the address cannot be bound, or clients cannot reach it
   */
  public void prepare(String name, ApiTypes types) {
    RunningService prepared = prepared(name, types);
    awaitReachable(prepared);
    timer.newTimeout(fired -> closeUnused(prepared), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized RunningService prepared(String name, ApiTypes types) {
    RunningService prepared = prepared(name);
    described.put(name, types);
    prepared.description().describe(types);
    return prepared;
  }

  @GuardedBy("this")
  private RunningService prepared(String name) {
    Declaration wanted = declared.get(name);
    Turns turns = running.get(name);
    if (turns != null) {
      // The object, not its value: a load after the start means a second query on the name.
      boolean loadedAnew =
          wanted == null
              || turns
                  .all()
                  .noneMatch(consumer -> consumer.configuration() == wanted.configuration());
      if (turns.current() != null && loadedAnew) {
        turns.checkTakeover(wanted == null ? null : wanted.configuration());
      }
      return turns.service();
    }
    if (wanted == null) {
      throw new IllegalArgumentException(
          "Invalid service name '%s' in replyTo: expected one that was loaded before, of %s."
              .formatted(name, declared.keySet()));
    }
    return open(wanted).service();
  }

  /** Without the lock, so that a gateway that is silent holds up no other service. */
  private void awaitReachable(RunningService service) {
    try {
      service.awaitReachable();
    } catch (RuntimeException e) {
      abandon(service);
      throw e;
    }
  }

  private synchronized void abandon(RunningService service) {
    Turns turns = running.get(service.configuration().name());
    if (turns != null && turns.service() == service) {
      close(turns);
    }
  }

  /**
   * Gives the service to the query whose source asks for it, listening.
   *
   * @param kind of service that the query can work with
   * @param wanted what the query asks for
   * @param opener opens it, if it was not prepared
   * @param query who asks
   * @throws IllegalStateException if another query has it and this one is not to take over
   * @throws java.io.UncheckedIOException if the address cannot be bound, or clients cannot reach it
   */
  public Consumer attach(
      Class<? extends RunningService> kind,
      ServiceConfiguration wanted,
      Opener opener,
      QueryRun query) {
    Consumer consumer = attached(kind, wanted, opener, query);
    awaitReachable(consumer.service());
    return consumer;
  }

  private synchronized Consumer attached(
      Class<? extends RunningService> kind,
      ServiceConfiguration wanted,
      Opener opener,
      QueryRun query) {
    Turns turns = running.get(wanted.name());
    if (turns != null && turns.current() != null) {
      turns.checkTakeover(wanted);
      turns.checkKind(kind);
    } else if (turns != null && !turns.isOfUse(kind, wanted)) {
      close(turns);
      turns = null;
    }
    if (turns == null) {
      turns = open(new Declaration(wanted, opener));
    }
    Consumer consumer = new Consumer(this, turns.service(), wanted, query, turns.nextTerm());
    if (turns.current() == null) {
      turns.begin(consumer);
      LOG.info("Query {} serves {}", query.id(), turns.service());
    } else {
      turns.await(consumer);
      timer.newTimeout(
          fired -> handOver(consumer), TAKEOVER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("Query {} is to take over {}", query.id(), turns.service());
    }
    return consumer;
  }

  /** The turn of a successor begins; nothing happens if the consumer is none. */
  void handOver(Consumer consumer) {
    Consumer before;
    synchronized (this) {
      Turns turns = turnsOf(consumer);
      if (turns == null || turns.successor() != consumer) {
        return;
      }
      before = turns.begin(consumer);
    }
    LOG.info("Query {} takes over {}", consumer.query().id(), consumer.service());
    if (before != null) {
      Predecessor.drain(before, consumer.term());
    }
  }

  boolean isSuperseded(Consumer consumer) {
    Turns turns = turnsOf(consumer);
    return turns == null || (turns.current() != consumer && turns.successor() != consumer);
  }

  private @Nullable Turns turnsOf(Consumer consumer) {
    Turns turns = running.get(consumer.service().configuration().name());
    return turns != null && turns.service() == consumer.service() ? turns : null;
  }

  /** A query has ended. Without another one, and unless it is supervised, its service ends too. */
  void detach(Consumer consumer) {
    Consumer next;
    synchronized (this) {
      Turns turns = turnsOf(consumer);
      if (turns == null) {
        return;
      }
      turns.remove(consumer);
      if (turns.isVacant() && turns.supervisor() == null) {
        close(turns);
        return;
      }
      next = turns.current() == null ? turns.successor() : null;
    }
    consumer.service().release(consumer.term());
    if (next != null) {
      handOver(next);
    }
  }

  /**
   * Lets a query that is about to be stopped finish what its services hold; those that another one
   * takes over are not its own any more.
   *
   * @throws InterruptedException if the thread is told not to wait
   */
  public void drain(String queryId) throws InterruptedException {
    Drain.run(serving(queryId));
  }

  /** How long {@link #drain} may take. */
  public Duration drainTime(String queryId) {
    return serving(queryId).stream()
        .map(consumer -> consumer.configuration().operations())
        .map(operations -> operations.drainDelay().plus(operations.drainTimeout()))
        .max(Comparator.naturalOrder())
        .orElse(Duration.ZERO);
  }

  /** All queries are about to be stopped, one after the other: no service is ready any more. */
  public void beginDraining() {
    running.values().stream()
        .map(Turns::current)
        .filter(Objects::nonNull)
        .forEach(Consumer::beginDraining);
  }

  /** Those whose service ends with them. */
  private List<Consumer> serving(String queryId) {
    return consumers(queryId).stream()
        .filter(
            consumer -> {
              Turns turns = turnsOf(consumer);
              return turns != null && turns.current() == consumer && turns.successor() == null;
            })
        .toList();
  }

  /** Whether a service is there for the query that this supervisor is to start again. */
  public boolean isAwaiting(String supervisor) {
    return !orphans(supervisor).isEmpty();
  }

  /** How many replies queries have given so far to services that await this supervisor. */
  public long replies(String supervisor) {
    return orphans(supervisor).stream().mapToLong(turns -> turns.service().replies()).sum();
  }

  /** The query of the services that await this supervisor is started again. */
  public void noteRestart(String supervisor) {
    orphans(supervisor).forEach(turns -> turns.service().noteRestart());
  }

  /**
   * Who restarted the queries of these services will not do so again: they answer 503.
   *
   * @param why a sentence for whoever asks
   */
  public void halt(String supervisor, String why) {
    orphans(supervisor).forEach(turns -> turns.halt(why));
  }

  /** Nobody will restart a query on these services. */
  public synchronized void close(String supervisor) {
    for (Turns turns : orphans(supervisor)) {
      close(turns);
    }
  }

  private synchronized List<Turns> orphans(String supervisor) {
    return running.values().stream()
        .filter(turns -> turns.isVacant() && supervisor.equals(turns.supervisor()))
        .toList();
  }

  /** The running service of that name, if there is one. */
  public @Nullable RunningService find(String name) {
    Turns turns = running.get(name);
    return turns == null ? null : turns.service();
  }

  /** How all running services of this driver are doing, by name. */
  public List<ServiceStanding> standings() {
    return running.values().stream().map(Turns::standing).toList();
  }

  /** Whether a server is that of a running service whose only server is on this driver. */
  public boolean isLocal(ServerExchanges server) {
    return find(server.configuration().name()) instanceof DriverService local
        && local.service() == server;
  }

  /** All running services of this driver. */
  public List<RunningService> running() {
    return running.values().stream().map(Turns::service).toList();
  }

  /** The query has finished a batch and has delivered all of its replies to the service. */
  public void settle(String name, String queryId) {
    consumers(queryId).stream()
        .filter(consumer -> consumer.service().configuration().name().equals(name))
        .forEach(Consumer::settle);
  }

  /**
   * Whether the query consumes the requests of all its services.
   *
   * @return empty if it consumes none's
   */
  public Optional<Boolean> isReady(String queryId) {
    List<Consumer> consumers = consumers(queryId);
    return consumers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            consumers.stream()
                .allMatch(
                    consumer -> consumer.isReady() && !consumer.service().servers().isEmpty()));
  }

  private List<Consumer> consumers(String queryId) {
    return running.values().stream()
        .flatMap(Turns::all)
        .filter(consumer -> consumer.query().id().equals(queryId))
        .toList();
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

  @GuardedBy("this")
  private Turns open(Declaration declaration) {
    ServiceConfiguration configuration = declaration.configuration();
    RunningDirectory directory = startDirectory(configuration);
    RunningService service;
    try {
      service = declaration.opener().open(configuration, timer, clock);
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
    RunningEndpoints.add(configuration.name(), service::endpoints);
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

  private synchronized void closeUnused(RunningService service) {
    Turns turns = running.get(service.configuration().name());
    if (turns != null && turns.service() == service && turns.isVacant() && turns.hadNobody()) {
      LOG.warn("No query came to serve {}: closing it", service);
      close(turns);
    }
  }

  @GuardedBy("this")
  private void close(Turns turns) {
    RunningService service = turns.service();
    String stopped = service.toString(); // with the ports that it is about to leave
    running.remove(service.configuration().name(), turns);
    RunningEndpoints.remove(service.configuration().name());
    RunningDirectory directory = directories.remove(service);
    if (directory != null) {
      directory.stop();
    }
    service.close();
    LOG.info("Stopped {}", stopped);
  }
}
