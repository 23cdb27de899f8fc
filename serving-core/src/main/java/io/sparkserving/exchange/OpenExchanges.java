package io.sparkserving.exchange;

import io.netty.util.Timer;
import io.sparkserving.options.ServiceConfiguration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one server that are not answered yet, and every way in which a request gets its
 * one answer: by a reply, a refusal, the time-out, the end of its batch, too many failed tasks, or
 * the end of the server. Nothing of a request is kept afterwards. All threads may call all methods.
 */
final class OpenExchanges implements Leases.Owner, QueueOwner {
  private static final Logger LOG = LoggerFactory.getLogger(OpenExchanges.class);
  private static final LimitedLog GIVEN_UP = LimitedLog.of(OpenExchanges.class);

  private final ServiceConfiguration configuration;
  private final Intake intake;
  private final Runnable requestsWait;
  private final ExchangeQueue queue;
  private final ExchangeCounters counters;
  private final @Nullable Measurements measurements;
  private final InstantSource wallClock;
  private final NanoClock clock;
  private final PendingReplies pendingReplies;
  private final AtomicLong lastId = new AtomicLong();
  private final Map<Long, Exchange> open = new ConcurrentHashMap<>();
  private final TimeOuts timeOuts;
  private final Journaling journaling;
  private final Answers answers;
  private volatile Runnable polled = () -> {};

  /**
   * Begins with no request.
   *
   * @param intake says which requests are refused, and whether connections are to be closed
   * @param requestsWait called whenever a request begins to wait, on the thread that brought it
   * @param journaling writes requests down, where that is asked for
   * @param pace of the query's tasks
   * @param measurements null if nothing is to be measured
   * @param timer runs time-outs; its thread answers them
   * @param wallClock gives arrival times
   */
  OpenExchanges(
      ServiceConfiguration configuration,
      Intake intake,
      Runnable requestsWait,
      Journaling journaling,
      Pace pace,
      ExchangeCounters counters,
      @Nullable Measurements measurements,
      Timer timer,
      InstantSource wallClock,
      NanoClock clock) {
    this.configuration = configuration;
    this.intake = intake;
    this.requestsWait = requestsWait;
    this.queue =
        new ExchangeQueue(configuration, this, journaling, pace, counters::byTheQuery, clock);
    this.counters = counters;
    this.measurements = measurements;
    this.wallClock = wallClock;
    this.clock = clock;
    this.pendingReplies = new PendingReplies(clock);
    this.journaling = journaling;
    this.answers = new Answers(configuration, intake, journaling, counters, this::answer, clock);
    this.timeOuts = new TimeOuts(open.values(), this::timeOut, timer, clock);
  }

  /** How answers leave. */
  Answers answers() {
    return answers;
  }

  /** Requests that wait for the query. */
  ExchangeQueue queue() {
    return queue;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  int size() {
    return open.size();
  }

  /** The answer to a request that need not even be read, or null; one that is given is counted. */
  @Nullable ReplyMessage refusal() {
    ReplyMessage refusal = queue.entrance().refusal();
    if (refusal != null) {
      counters.accepted.increment();
      counters.rejected.increment();
    }
    return refusal;
  }

  /**
   * Takes in a request; whatever happens to it, {@code responder} will be called once.
   *
   * @param timeoutMillis how long the client waits, or the longest that a request may wait here
   */
  void accept(RequestMessage request, long timeoutMillis, Responder responder) {
    counters.accepted.increment();
    Exchange exchange =
        new Exchange(
            lastId.incrementAndGet(),
            request,
            nowMicros(),
            clock.nanoTime(),
            TimeUnit.MILLISECONDS.toNanos(timeoutMillis),
            responder);
    open.put(exchange.id(), exchange);
    timeOuts.watch(exchange);
    ReplyMessage refusal = intake.refusal();
    if (refusal == null && answers.isRepeated(exchange)) {
      return;
    }
    if (refusal == null) {
      refusal = queue.entrance().offer(exchange);
    }
    if (refusal != null) {
      answer(exchange, refusal, counters.rejected);
    } else if (intake.isStopped()) {
      // answerAllStopped() may have looked through the open exchanges before this one was there.
      answer(exchange, Problems.stopped(), null);
    }
  }

  private long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, wallClock.instant());
  }

  /**
   * Answers a request, or notes the reply to one of its records. Does not block.
   *
   * @return false if the request has been answered before, or is not known here; the reply is
   *     dropped then
   */
  boolean answer(ReplyPlace place, ReplyMessage reply) {
    Exchange exchange = open.get(place.requestId());
    if (exchange == null || exchange.isAnswered()) {
      counters.dropped.increment();
      answers.keepLate(place, reply);
      return false;
    }
    ReplyMessage whole = reply;
    if (!place.isOfRequest()) {
      whole = exchange.recordReplies(place.records()).add(place, reply);
      if (whole == null) {
        return true;
      }
    }
    if (!answer(exchange, whole, counters.replied)) {
      counters.dropped.increment();
      return false;
    }
    return true;
  }

  /** Counts before the client can know, so that whoever has the answer finds it counted. */
  private boolean answer(Exchange exchange, ReplyMessage reply, @Nullable LongAdder counter) {
    // Counted before it is claimed, so that awaitReplies() cannot overlook it in between.
    pendingReplies.begin();
    if (!exchange.claim()) {
      pendingReplies.end();
      return false;
    }
    open.remove(exchange.id());
    if (counter != null) {
      counter.increment();
    }
    try {
      note(exchange, counter == counters.replied);
    } finally {
      // Nobody else will: the exchange is claimed, and is not looked at any more.
      answers.send(exchange, reply, counter, this::replyDone);
    }
    return true;
  }

  private void note(Exchange exchange, boolean isReply) {
    exchange.release();
    if (measurements != null) {
      measurements.left(exchange);
    }
    if (isReply && queue.entrance().isShedding() && exchange.responder().isAbandoned()) {
      queue.entrance().noteLate(exchange);
    }
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

  private void timeOut(Exchange exchange) {
    long timeoutMillis = TimeUnit.NANOSECONDS.toMillis(exchange.timeoutNanos());
    if (answer(exchange, Problems.timedOut(timeoutMillis), counters.timedOut)) {
      queue.entrance().noteLate(exchange);
      queue.entrance().remove(exchange);
    }
  }

  @Override
  public void giveUp(Exchange exchange) {
    if (answer(exchange, Problems.givenUp(), counters.givenUp)) {
      journaling.withdraw(List.of(exchange));
      GIVEN_UP.warn(
          configuration.name(),
          "Service {}: request {} made {} tasks fail and was answered 500",
          configuration.name(),
          exchange.id(),
          exchange.failedAttempts());
    }
  }

  @Override
  public void requestWaits() {
    requestsWait.run();
    polled.run();
  }

  /** Sets who else is told whenever a request begins to wait, on the thread that brought it. */
  void onWaiting(Runnable listener) {
    polled = listener;
  }

  @Override
  public void refuse(Exchange exchange, ReplyMessage refusal) {
    answer(exchange, refusal, counters.rejected);
  }

  @Override
  public void drop(Exchange exchange) {
    answer(exchange, Problems.abandoned(), null);
  }

  @Override
  public void putBack(List<Exchange> exchanges) {
    journaling.withdraw(exchanges);
    queue.entrance().putBack(exchanges);
  }

  @Override
  public void endWithoutReply(Exchange exchange) {
    int status = configuration.noReplyStatus();
    RecordReplies records = exchange.recordReplies();
    if (status != 0 && records != null) {
      answer(exchange, records.joined(), counters.replied);
    } else if (status != 0) {
      answer(exchange, Problems.withoutReply(status), counters.withoutReply);
    }
  }

  /** Ends an exchange whose reply was lost on its way here, if it is still open. */
  void endWithLostReply(long requestId) {
    Exchange exchange = open.get(requestId);
    if (exchange != null) {
      answer(exchange, Problems.lostReply(), counters.lost);
    }
  }

  /** Ends an exchange that no reply will come of, if it is still open. */
  void endWithoutReply(long requestId) {
    Exchange exchange = open.get(requestId);
    if (exchange != null) {
      endWithoutReply(exchange);
    }
  }

  /** Answers all open requests with 503, as the intake is stopped. */
  void answerAllStopped() {
    for (Exchange exchange : open.values()) {
      answer(exchange, Problems.stopped(), null);
    }
  }

  /** Waits until all answers are on their way, for as long as given. */
  void awaitReplies(long timeoutMillis) {
    pendingReplies.await(timeoutMillis);
  }
}
