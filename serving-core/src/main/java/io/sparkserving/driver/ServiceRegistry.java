package io.sparkserving.driver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.util.Timer;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServiceTimer;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.ApiTypes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which query takes the requests of which service. A per-JVM singleton, as ports are. Its
 * {@link #catalogue} has the services by name.
 *
 * <p>{@link ServiceCatalogue#declare} notes what a loaded stream asks for. {@link #prepare}, called
 * while a query starts, binds the port, so that a port in use fails the start and a client may call
 * as soon as the start returns. {@link #attach}, called by the source inside the query, makes that
 * service the query's own; {@link Consumer#detach} ends it. A prepared service to which no query
 * attaches is closed after ten seconds.
 *
 * <p>A query that is supervised leaves its service open when it ends, for its next run. A query
 * that takes over joins the one that is there, gets all new requests as soon as it is ready, and
 * the one before is stopped when it has finished what it held.
 *
 * <p>All threads may call all methods. Turns change, and services open, with the catalogue's lock
 * held; services close without it. The timer's thread neither takes that lock nor closes anything.
 */
public final class ServiceRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceRegistry.class);

  /**
   * How long a successor has to become ready. A successor that is not ready then may need what its
   * predecessor holds, such as cores.
   */
  private static final Duration TAKEOVER_PATIENCE = Duration.ofSeconds(20);

  private static final ServiceRegistry JVM =
      new ServiceRegistry(ServiceTimer.jvm(), InstantSource.system(), NanoClock.SYSTEM);

  /** Makes the servers of a service listen, or sees to it that they will. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Opens the service. Called with the catalogue's lock held, so it must not wait long.
     *
     * @param timer for the service's time-outs
     * @param clock for the times that requests carry
     * @throws java.io.UncheckedIOException if the address cannot be bound
     */
    RunningService open(ServiceConfiguration configuration, Timer timer, InstantSource clock);
  }

  private final Timer timer;
  private final NanoClock nanoClock;
  private final ServiceCatalogue catalogue;
  private final PreparedServices prepared;

  ServiceRegistry(Timer timer, InstantSource clock, NanoClock nanoClock) {
    this.timer = timer;
    this.nanoClock = nanoClock;
    this.catalogue = new ServiceCatalogue(timer, clock);
    this.prepared = new PreparedServices(catalogue, timer);
  }

  /** The registry of this JVM. */
  public static ServiceRegistry jvm() {
    return JVM;
  }

  /** The services by name. */
  public ServiceCatalogue catalogue() {
    return catalogue;
  }

  /** The services of a query, by Spark's id of the query. */
  public QueryServices ofQuery(String queryId) {
    return new QueryServices(catalogue, nanoClock, queryId);
  }

  /** The services whose query this supervisor is to start again. */
  public SupervisedServices ofSupervisor(String supervisor) {
    return new SupervisedServices(catalogue, supervisor);
  }

  /**
   * Makes the named service listen, if it does not yet. For the sink of a query that starts. Waits
   * for a bounded time until clients reach the service.
   *
   * @param types of requests and replies, which clients are told of from now on
   * @throws IllegalArgumentException if nothing of that name was loaded
   * @throws IllegalStateException if the name was loaded anew while another query serves it
   * @throws java.io.UncheckedIOException if the address cannot be bound, or clients cannot reach it
   */
  public void prepare(String name, ApiTypes types) {
    prepared.prepare(name, types);
  }

  /**
   * Gives the service to the query whose source asks for it, listening. Called on the query's
   * thread; waits for a bounded time until clients reach the service.
   *
   * @param kind of service that the query can work with
   * @param wanted what the query asks for
   * @param opener opens the service, if it was not prepared
   * @param query the run that asks
   * @throws IllegalStateException if another query has it and this one is not to take over
   * @throws java.io.UncheckedIOException if the address cannot be bound, or clients cannot reach it
   */
  public Consumer attach(
      Class<? extends RunningService> kind,
      ServiceConfiguration wanted,
      Opener opener,
      QueryRun query) {
    Consumer consumer = null;
    while (consumer == null) {
      catalogue.awaitClosed(wanted.name());
      ClosingService useless = null;
      synchronized (catalogue) {
        Turns there = catalogue.turns(wanted.name());
        if (there != null && isToMakeRoom(there, kind, wanted, query)) {
          useless = catalogue.remove(there);
        } else if (!catalogue.isClosing(wanted.name())) {
          consumer = join(there == null ? catalogue.open(wanted, opener) : there, wanted, query);
        }
      }
      if (useless != null) {
        useless.close();
      }
    }
    prepared.awaitReachable(consumer.service());
    return consumer;
  }

  /** Whether the service that is there has no query, and cannot be used by the one that asks. */
  private static boolean isToMakeRoom(
      Turns there,
      Class<? extends RunningService> kind,
      ServiceConfiguration wanted,
      QueryRun query) {
    there.checkRestart(query);
    if (there.current() == null) {
      return !there.isOfUse(kind, wanted);
    }
    there.checkTakeover(wanted);
    there.checkKind(kind);
    return false;
  }

  @GuardedBy("catalogue")
  private Consumer join(Turns turns, ServiceConfiguration wanted, QueryRun query) {
    Consumer consumer = new Consumer(this, turns.service(), wanted, query, turns.nextTerm());
    if (turns.current() == null) {
      turns.begin(consumer);
      LOG.info("Query {} serves {}", query.id(), turns.service());
    } else {
      turns.await(consumer);
      timer.newTimeout(
          fired -> takeOverAside(consumer), TAKEOVER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("Query {} is to take over {}", query.id(), turns.service());
    }
    return consumer;
  }

  private void takeOverAside(Consumer consumer) {
    Turns turns = catalogue.turnsOf(consumer.service());
    if (turns != null && turns.successor() == consumer) {
      PreparedServices.runAside(
          "takeover-" + consumer.configuration().name(), () -> takeOver(consumer));
    }
  }

  /** Begins the turn of a successor; does nothing if the consumer is no successor. */
  void takeOver(Consumer consumer) {
    Consumer before;
    synchronized (catalogue) {
      Turns turns = catalogue.turnsOf(consumer.service());
      if (turns == null || turns.successor() != consumer) {
        return;
      }
      before = turns.begin(consumer);
    }
    LOG.info("Query {} takes over {}", consumer.query().id(), consumer.service());
    if (before != null) {
      new Predecessor(before, consumer.term(), nanoClock).start();
    }
  }

  /** Whether it is neither the consumer's turn nor will be. */
  boolean isSuperseded(Consumer consumer) {
    Turns turns = catalogue.turnsOf(consumer.service());
    return turns == null || (turns.current() != consumer && turns.successor() != consumer);
  }

  /** The clock by which queries are drained. */
  NanoClock nanoClock() {
    return nanoClock;
  }

  /** Ends the turn of a query that has ended, and the service that nobody else takes or is to. */
  void detach(Consumer consumer) {
    Consumer next = null;
    ClosingService closing = null;
    synchronized (catalogue) {
      Turns turns = catalogue.turnsOf(consumer.service());
      if (turns == null) {
        return;
      }
      turns.remove(consumer);
      if (turns.isVacant() && turns.supervisor() == null) {
        closing = catalogue.remove(turns);
      }
      if (turns.current() == null) {
        // With the lock held: whoever attaches from now on comes after it.
        next = turns.successor();
      }
      if (next != null) {
        turns.begin(next);
      }
    }
    if (closing != null) {
      closing.close();
      return;
    }
    if (next != null) {
      LOG.info("Query {} takes over {}", next.query().id(), next.service());
    }
    consumer.service().release(consumer.term());
  }

  /** All queries are about to be stopped, one after the other: no service is ready any more. */
  public void beginDraining() {
    catalogue.turns().stream()
        .map(Turns::current)
        .filter(Objects::nonNull)
        .forEach(Consumer::beginDraining);
  }
}
