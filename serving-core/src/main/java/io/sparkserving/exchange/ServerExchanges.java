package io.sparkserving.exchange;

import io.netty.util.Timer;
import io.sparkserving.options.JournalConfiguration;
import io.sparkserving.options.ServiceConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One server of a service: the requests that it holds, from accept to answer, and the query that
 * they are for.
 *
 * <p>A request comes in by {@link #accept} on an HTTP thread, waits in the {@link #queue}, is taken
 * by the source under a {@linkplain #leases lease}, and leaves by {@link #answer}, from whichever
 * thread has the reply, or by the time-out, or by {@link #close}. Nothing of it is kept afterwards.
 * Queries take requests one after another, each in a term of its own.
 */
public final class ServerExchanges implements HealthSource {
  /** Not in what comes after it. */
  private static final char ID_SEPARATOR = '-';

  private final ServiceConfiguration configuration;
  private final String serverId;
  private final Secret secret;
  private final Timer timer;
  private final NanoClock clock;
  private final Intake intake = new Intake();
  private final ExchangeCounters counters = new ExchangeCounters();
  private final RunningTasks runningTasks = new RunningTasks();
  private final @Nullable Measurements measurements;
  private final Journaling journaling;
  private final OpenExchanges open;
  private final Leases leases;
  private final TaskPolls polls;
  private volatile Supplier<CompletableFuture<byte[]>> description =
      () -> CompletableFuture.failedFuture(new IllegalStateException("Not described yet"));

  /** Makes the only server of a service; the parameters are those of one of several. */
  public ServerExchanges(
      ServiceConfiguration configuration, Timer timer, InstantSource wallClock, NanoClock clock) {
    this(configuration, Secret.random(), () -> {}, timer, wallClock, clock);
  }

  /**
   * Makes one of several servers of a service.
   *
   * @param secret of the whole service, by which a gateway marks clients
   * @param requestsWait called whenever a request begins to wait, on the thread that brought it;
   *     must not block
   * @param timer runs time-outs; its thread answers them
   * @param wallClock gives arrival times
   * @param clock tells how long requests wait and threads watch
   */
  public ServerExchanges(
      ServiceConfiguration configuration,
      Secret secret,
      Runnable requestsWait,
      Timer timer,
      InstantSource wallClock,
      NanoClock clock) {
    this.configuration = configuration;
    this.secret = secret;
    this.serverId = configuration.name() + ID_SEPARATOR + Secret.randomName();
    this.timer = timer;
    this.clock = clock;
    this.measurements =
        configuration.operations().metrics() ? new Measurements(wallClock, clock) : null;
    Pace pace = new Pace();
    this.journaling = new Journaling(serverId, configuration.journal().isPresent(), clock);
    this.open =
        new OpenExchanges(
            configuration,
            intake,
            requestsWait,
            journaling,
            pace,
            counters,
            measurements,
            timer,
            wallClock,
            clock);
    this.leases = new Leases(configuration.maxRequestAttempts(), open, pace, clock);
    this.polls = new TaskPolls(open, leases, runningTasks, timer, clock);
    open.onWaiting(polls::look);
    runningTasks.onHurry(polls::look);
    journaling.watch(timer, intake::isClosed);
    NoReplyWatch.begin(configuration.noReplyAfter(), leases, timer, clock, intake::isClosed);
  }

  @Override
  public ServiceConfiguration configuration() {
    return configuration;
  }

  /** Name of this server, in this JVM and in this run: {@code originatingService} of the rows. */
  public String serverId() {
    return serverId;
  }

  /** Returns the name of the service that a server is of; empty if the id is none of a server. */
  public static String serviceOf(String serverId) {
    return serverId.substring(0, Math.max(0, serverId.lastIndexOf(ID_SEPARATOR)));
  }

  /** Whether this server is of the same service as the one with an id, which may be elsewhere. */
  boolean isOfServiceOf(String otherServerId) {
    return configuration.name().equals(serviceOf(otherServerId));
  }

  /** Opens a server that is alone to messages, and signs what a gateway says of clients. */
  public Secret secret() {
    return secret;
  }

  /** The clock of this server. */
  public NanoClock clock() {
    return clock;
  }

  /** Requests that wait for the query. */
  public ExchangeQueue queue() {
    return open.queue();
  }

  /** Requests that tasks hold. */
  public Leases leases() {
    return leases;
  }

  /** Tasks in other JVMs that ask for more requests. */
  public TaskPolls polls() {
    return polls;
  }

  /** Tasks of micro-batches that work on requests. */
  public RunningTasks runningTasks() {
    return runningTasks;
  }

  /** Counts of what happened to requests so far. */
  public ExchangeCounters counters() {
    return counters;
  }

  /** Measurements of requests; null where they are not asked for. */
  public @Nullable Measurements measurements() {
    return measurements;
  }

  /** Number of requests that are not answered yet. */
  public int openExchanges() {
    return open.size();
  }

  /** Sets who gives the OpenAPI document; {@code source} must not block. */
  public void describedBy(Supplier<CompletableFuture<byte[]>> source) {
    description = source;
  }

  /** The OpenAPI document, as JSON in UTF-8. Does not block. */
  public CompletableFuture<byte[]> description() {
    return description.get();
  }

  /**
   * Watches a connection for its next request, on a thread that has just answered one and would
   * have nothing else to do. Returns when there is one, as {@code found} says, which is called many
   * times, or after a fraction of a millisecond.
   */
  public void watch(BooleanSupplier found) {
    if (open.isEmpty()) {
      queue().watch().watchConnection(() -> !open.isEmpty() || found.getAsBoolean());
    }
  }

  /**
   * Waits a moment for the request that the current thread has brought to come back to it as a row,
   * where another thread makes it one. Returns at once if other requests are open: one of them will
   * come soon enough.
   */
  public void watchRelay() {
    if (open.size() == 1) {
      queue().watch().watchRelay();
    }
  }

  @Override
  public Readiness readiness() {
    Readiness readiness = intake.readiness();
    return readiness == Readiness.READY && !journaling.isWritable()
        ? Readiness.NO_JOURNAL
        : readiness;
  }

  /**
   * Has the requests that tasks of a term take written down from now on; does nothing if they are
   * already. Reads the answers that earlier servers kept, if clients may send requests again.
   */
  public void journal(long term, JournalPlace place) {
    journaling.begin(term, place, () -> recoverAnswers(place));
  }

  private void recoverAnswers(JournalPlace place) {
    if (place.configuration().idempotencyKey() == null) {
      return;
    }
    try {
      JournalProvider.find().readAnswers(place, open.answers()::recover);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the answers in journal " + place.folder(), e);
    }
  }

  /** Those of the requests that a task gets which are being written down, if need be. */
  public List<Exchange> journaled(LeaseKey key, List<Exchange> taken) {
    return taken.stream().filter(each -> queue().isJournaled(key, each)).toList();
  }

  /** Whether answers are kept, as clients may send requests again. */
  public boolean keepsAnswers() {
    return configuration.journal().map(JournalConfiguration::idempotencyKey).isPresent();
  }

  /** Complete when all answers that are kept so far are safe; at once where none is kept. */
  public CompletableFuture<Void> keptAnswersAreSafe() {
    return keepsAnswers() ? journaling.safe() : CompletableFuture.completedFuture(null);
  }

  /** Ends the exchanges of all batches up to this one, whose state is saved. */
  public void settle(long term, long lastBatch) {
    leases.settle(term, lastBatch);
    open.answers().noteSaved();
  }

  /** Gives requests to the query of this term from now on, and to no query of an earlier term. */
  public void beginTerm(long term) {
    queue().beginTerm(term);
    intake.begin(term);
    polls.look();
  }

  /** Makes what the tasks of this term hold wait again, as the query of the term has ended. */
  public void release(long term) {
    intake.release(term);
    polls.end(term, Long.MAX_VALUE);
    leases.release(term);
    open.answers().noteVoid();
    journaling.end(term);
  }

  /**
   * Prepares for the stop of a term's query: not ready, and answers are their connections' last.
   */
  public void drain(long term) {
    intake.drain(term);
  }

  /**
   * Gives no more requests to the query of this term: they are answered 503. Returns the number of
   * requests that are not answered yet.
   */
  public int refuse(long term) {
    intake.drain(term);
    intake.refuse(term);
    return openExchanges();
  }

  /** Leaves the service, as nobody will have this server again: not ready, and refusing later. */
  public void leave(Duration refuseAfter) {
    drain(Long.MAX_VALUE);
    if (refuseAfter.isZero()) {
      refuse(Long.MAX_VALUE);
    } else {
      timer.newTimeout(
          fired -> refuse(Long.MAX_VALUE), refuseAfter.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * The answer to a request that need not even be read, as it would not be answered in time; null
   * if the request is to be read.
   */
  public @Nullable ReplyMessage refusal() {
    return open.refusal();
  }

  /** Takes in a request; whatever happens to it, {@code responder} will be called once. */
  public void accept(RequestMessage request, Responder responder) {
    open.accept(request, configuration.requestTimeout().toMillis(), responder);
  }

  /**
   * Takes in a request whose client waits for so long only; whatever happens to it, {@code
   * responder} will be called once.
   */
  public void accept(RequestMessage request, Duration patience, Responder responder) {
    long most = configuration.requestTimeout().toMillis();
    open.accept(request, Math.min(most, patience.toMillis()), responder);
  }

  /**
   * Answers a request. Does not block.
   *
   * @return false if the request has been answered before, or is not known here; the reply is
   *     dropped then
   */
  public boolean answer(long requestId, ReplyMessage reply) {
    return open.answer(ReplyPlace.of(requestId), reply);
  }

  /** Answers a request or one of its records, as {@link #answer(long, ReplyMessage)} does. */
  public boolean answer(ReplyPlace place, ReplyMessage reply) {
    return open.answer(place, reply);
  }

  /** Ends a request that no reply will come of, if it is still open. */
  public void endWithoutReply(long requestId) {
    open.endWithoutReply(requestId);
  }

  /** Ends a request whose reply was lost on its way to this JVM, if it is still open. */
  public void endWithLostReply(long requestId) {
    open.endWithLostReply(requestId);
  }

  /** Answers all open requests with 503, and so whatever comes until {@link #resume}. */
  public void suspend(Readiness reason) {
    intake.suspend(reason);
    answerAll();
  }

  /** Takes in requests again. */
  public void resume() {
    intake.suspend(null);
  }

  /** Answers all open requests with 503, and so whatever still comes. */
  public void halt() {
    intake.close();
    answerAll();
  }

  private void answerAll() {
    queue().entrance().clear();
    open.answerAllStopped();
  }

  /** Halts the server, and waits until the answers are on their way, for as long as given. */
  public void close(long timeoutMillis) {
    halt();
    open.awaitReplies(timeoutMillis);
    journaling.end(Long.MAX_VALUE);
  }
}
