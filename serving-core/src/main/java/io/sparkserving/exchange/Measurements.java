package io.sparkserving.exchange;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Measurements of a server's requests, beyond what {@link ExchangeCounters} count anyway. Nothing
 * is looked up for a request. All threads may call all methods.
 */
public final class Measurements {
  private static final int LEAST_STATUS = 100;
  private static final int MOST_STATUS = 599;
  private static final int LEAST_ERROR = 400;

  private final LongAdder[] answers = new LongAdder[MOST_STATUS - LEAST_STATUS + 1];
  private final LongAdder requestBytes = new LongAdder();
  private final LongAdder responseBytes = new LongAdder();
  private final TimeHistogram queueTime = new TimeHistogram();
  private final TimeHistogram queryTime = new TimeHistogram();
  private final TimeHistogram replyTime = new TimeHistogram();
  private final CallerAnswers callers = new CallerAnswers();
  private final Map<String, FunctionMeasurements> functions = new ConcurrentHashMap<>();
  private final RecentErrors errors;
  private final NanoClock clock;

  /**
   * Begins to measure.
   *
   * @param wallClock tells when errors were answered
   * @param clock of the server, on which exchanges arrive and are taken
   */
  Measurements(InstantSource wallClock, NanoClock clock) {
    this.errors = new RecentErrors(wallClock);
    this.clock = clock;
    for (int i = 0; i < answers.length; i++) {
      answers[i] = new LongAdder();
    }
  }

  /** Records that a request has its answer, and how long a task had it, if a task took it. */
  void left(Exchange exchange) {
    long taken = exchange.takenNanos();
    if (taken != Exchange.NOT_TAKEN) {
      queueTime.record(taken - exchange.arrivedNanos());
      queryTime.record(clock.nanoTime() - taken);
    }
  }

  /**
   * Records that an answer is on its way to the client, whole.
   *
   * @param status of HTTP
   * @param received bytes of the request's body that came
   * @param sent bytes of the answer's body
   * @param nanos since the request's first byte came
   */
  public void answered(int status, long received, long sent, long nanos) {
    answers[Math.min(Math.max(status, LEAST_STATUS), MOST_STATUS) - LEAST_STATUS].increment();
    requestBytes.add(received);
    responseBytes.add(sent);
    replyTime.record(nanos);
    if (status >= LEAST_ERROR) {
      errors.record(status);
    }
  }

  /** Number of answers of a status; 0 for a number that is no HTTP status. */
  public long answers(int status) {
    return status < LEAST_STATUS || status > MOST_STATUS ? 0 : answers[status - LEAST_STATUS].sum();
  }

  /** Answers to callers whose tokens have names. */
  public CallerAnswers callers() {
    return callers;
  }

  /** The latest answers that were errors. */
  public RecentErrors errors() {
    return errors;
  }

  /**
   * Returns the measurements of a function that works on rows of the server's requests; there are
   * as many as columns that queries of the server's have made by functions.
   */
  public FunctionMeasurements function(String column) {
    return functions.computeIfAbsent(column, added -> new FunctionMeasurements());
  }

  /** The functions that have worked on rows of the server's requests, by column. */
  public Map<String, FunctionMeasurements> functions() {
    return Map.copyOf(functions);
  }

  /** Bytes of the bodies of requests that were answered. */
  public long requestBytes() {
    return requestBytes.sum();
  }

  /** Bytes of the bodies of answers. */
  public long responseBytes() {
    return responseBytes.sum();
  }

  /** Times from a request's arrival, whole, until a task took it, the last one that did. */
  public TimeHistogram queueTime() {
    return queueTime;
  }

  /** Times from when the last task took a request until its answer. */
  public TimeHistogram queryTime() {
    return queryTime;
  }

  /** Times from a request's first byte until its answer was on its way. */
  public TimeHistogram replyTime() {
    return replyTime;
  }
}
