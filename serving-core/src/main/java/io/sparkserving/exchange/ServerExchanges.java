package io.sparkserving.exchange;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.sparkserving.options.ServiceConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One service in one JVM: the requests that it holds, from accept to answer.
 *
 * <p>A request comes in by {@link #accept} on an HTTP thread, waits in the {@link #queue}, is taken
 * by the source under a {@linkplain #leases lease}, and leaves by {@link #answer}, from whichever
 * thread has the reply, or by the time-out, or by {@link #close}. Nothing of it is kept afterwards.
 */
public final class ServerExchanges implements HealthSource {
  private static final Logger LOG = LoggerFactory.getLogger(ServerExchanges.class);

  private final ServiceConfiguration configuration;
  private final String serverId;
  private final Secret secret;
  private final Timer timer;
  private final InstantSource clock;
  private final AtomicLong lastId = new AtomicLong();
  private final Map<Long, Exchange> open = new ConcurrentHashMap<>();
  private final ExchangeQueue queue;
  private final Leases leases;
  private final RunningTasks runningTasks = new RunningTasks();
  private final ExchangeCounters counters = new ExchangeCounters();
  private final @Nullable Measurements measurements;
  private final PendingReplies pendingReplies = new PendingReplies();
  private final Intake intake = new Intake();
  private volatile Supplier<CompletableFuture<byte[]>> description =
      () -> CompletableFuture.failedFuture(new IllegalStateException("Not described yet"));

  /**
   * A service of one server.
   *
   * @param configuration as parsed
   * @param timer runs time-outs; its thread answers them
   * @param clock gives arrival times
   */
  public ServerExchanges(ServiceConfiguration configuration, Timer timer, InstantSource clock) {
    this(configuration, Secret.random(), () -> {}, timer, clock);
  }

  /**
   * One of several servers of a service.
   *
   * @param configuration as parsed
   * @param secret of the whole service
   * @param requestsWait called whenever a request begins to wait, on the thread that brought it;
   *     must not block
   * @param timer runs time-outs; its thread answers them
   * @param clock gives arrival times
   */
  public ServerExchanges(
      ServiceConfiguration configuration,
      Secret secret,
      Runnable requestsWait,
      Timer timer,
      InstantSource clock) {
    this.configuration = configuration;
    this.secret = secret;
    this.serverId = configuration.name() + "-" + Secret.randomName();
    this.timer = timer;
    this.clock = clock;
    this.measurements = configuration.operations().metrics() ? new Measurements(clock) : null;
    this.queue =
        new ExchangeQueue(
            configuration.maxQueueSize(), configuration.maxQueueBytes(), requestsWait);
    this.leases = new Leases(configuration.maxRequestAttempts(), new LeaseOwner());
  }

  @Override
  public ServiceConfiguration configuration() {
    return configuration;
  }

  /** {@code originatingService} of the rows: this service, in this JVM, in this run. */
  public String serverId() {
    return serverId;
  }

  /** What messages on the internal channel must carry to be let in. */
  public Secret secret() {
    return secret;
  }

  /** Requests that wait for the query. */
  public ExchangeQueue queue() {
    return queue;
  }

  /** Requests that tasks hold. */
  public Leases leases() {
    return leases;
  }

  /** Tasks of micro-batches that work on them. */
  public RunningTasks runningTasks() {
    return runningTasks;
  }

  /** What happened so far. */
  public ExchangeCounters counters() {
    return counters;
  }

  /** What is measured, where that is asked for. */
  public @Nullable Measurements measurements() {
    return measurements;
  }

  /** How many requests are not answered yet. */
  public int openExchanges() {
    return open.size();
  }

  /** Says who knows the OpenAPI document; must not block. */
  public void describedBy(Supplier<CompletableFuture<byte[]>> source) {
    description = source;
  }

  /** The OpenAPI document, as JSON in UTF-8. Does not block. */
  public CompletableFuture<byte[]> description() {
    return description.get();
  }

  /**
   * Watches a connection for its next request, on a thread that has just answered one and would
   * have nothing else to do. Returns when there is something, or after a fraction of a millisecond.
   *
   * @param found whether there is something; called many times
   */
  public void watch(BooleanSupplier found) {
    if (open.isEmpty()) {
      queue.watch(() -> !open.isEmpty() || found.getAsBoolean());
    }
  }

  /**
   * Waits a moment for the request that the current thread has brought to come back to it as a row,
   * where another thread makes it one. If there are others, one of them will come soon enough.
   */
  public void watchHandOver() {
    if (open.size() == 1) {
      queue.watchHandOver();
    }
  }

  @Override
  public Readiness readiness() {
    return intake.readiness();
  }

  /** From now on requests are for the query of this term, and not for that of any before. */
  public void beginTerm(long term) {
    queue.beginTerm(term);
    intake.begin(term);
  }

  /** The query of this term has ended: what its tasks hold waits again. */
  public void release(long term) {
    intake.release(term);
    leases.release(term);
  }

  /**
   * The query of this term is about to be stopped: the service is not ready any more, and every
   * answer is the last one of its connection.
   */
  public void drain(long term) {
    intake.drain(term);
  }

  /**
   * The query of this term gets no more requests: they are answered 503.
   *
   * @return how many it has not answered yet
   */
  public int refuse(long term) {
    intake.drain(term);
    intake.refuse(term);
    return openExchanges();
  }

  /**
   * No query will have this server again: it is not ready any more, and refuses requests from then
   * on.
   *
   * @param refuseAfter how long it takes them as before
   */
  public void leave(Duration refuseAfter) {
    drain(Long.MAX_VALUE);
    if (refuseAfter.isZero()) {
      refuse(Long.MAX_VALUE);
    } else {
      timer.newTimeout(
          fired -> refuse(Long.MAX_VALUE), refuseAfter.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Takes in a request; whatever happens to it, {@code responder} will be called once. */
  public void accept(RequestMessage request, Responder responder) {
    counters.accepted.increment();
    Exchange exchange = new Exchange(lastId.incrementAndGet(), request, now(), responder);
    open.put(exchange.id(), exchange);
    long timeoutMillis = configuration.requestTimeout().toMillis();
    Timeout timeout =
        timer.newTimeout(
            fired -> timeOut(exchange, timeoutMillis), timeoutMillis, TimeUnit.MILLISECONDS);
    exchange.cancelTimeoutWith(timeout::cancel);
    ReplyMessage refusal = intake.refusal();
    if (refusal == null && !queue.offer(exchange)) {
      refusal = Problems.queueFull();
    }
    if (refusal != null) {
      answer(exchange, refusal, counters.rejected);
    } else if (intake.isClosed()) {
      // close() may have looked through the open exchanges before this one was among them.
      answer(exchange, Problems.stopped(), null);
    }
  }

  /**
   * Answers a request. Does not block.
   *
   * @return false if it has been answered before, or is not known here; the reply is dropped then
   */
  public boolean answer(long requestId, ReplyMessage reply) {
    Exchange exchange = open.get(requestId);
    if (exchange == null || !answer(exchange, reply, counters.replied)) {
      counters.dropped.increment();
      return false;
    }
    return true;
  }

  /** Counts before the client can know, so that whoever has the answer finds it counted. */
  private boolean answer(Exchange exchange, ReplyMessage reply, @Nullable LongAdder counter) {
    // Counted before it is claimed, so that close() cannot overlook it in between.
    pendingReplies.begin();
    if (!exchange.claim()) {
      pendingReplies.end();
      return false;
    }
    open.remove(exchange.id());
    if (measurements != null) {
      measurements.left(exchange);
    }
    if (counter != null) {
      counter.increment();
    }
    exchange.responder().respond(intake.isDraining() ? reply.closing() : reply, this::replyDone);
    return true;
  }

  private void replyDone(@Nullable Throwable failure) {
    if (failure == null) {
      counters.answered.increment();
    } else {
      counters.disconnected.increment();
      LOG.debug("Service {}: a client went away before its reply", configuration.name(), failure);
    }
    pendingReplies.end();
  }

  private void timeOut(Exchange exchange, long timeoutMillis) {
    if (answer(exchange, Problems.timedOut(timeoutMillis), counters.timedOut)) {
      queue.remove(exchange);
    }
  }

  /** Answers everything open with 503, and so whatever still comes. */
  public void halt() {
    intake.close();
    queue.clear();
    for (Exchange exchange : open.values()) {
      answer(exchange, Problems.stopped(), null);
    }
  }

  /** Halts, and waits until the answers are on their way, for as long as given. */
  public void close(long timeoutMillis) {
    halt();
    pendingReplies.await(timeoutMillis);
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }

  @Override
  public String toString() {
    return "Service[" + serverId + "]";
  }

  private final class LeaseOwner implements Leases.Owner {
    @Override
    public void giveUp(Exchange exchange) {
      if (answer(exchange, Problems.givenUp(), counters.givenUp)) {
        LOG.warn(
            "Service {}: request {} made {} tasks fail and was answered 500",
            configuration.name(),
            exchange.id(),
            exchange.failedAttempts());
      }
    }

    @Override
    public void putBack(List<Exchange> exchanges) {
      queue.putBack(exchanges);
    }

    @Override
    public void endWithoutReply(Exchange exchange) {
      int status = configuration.noReplyStatus();
      if (status != 0) {
        answer(exchange, Problems.withoutReply(status), counters.withoutReply);
      }
    }
  }
}
