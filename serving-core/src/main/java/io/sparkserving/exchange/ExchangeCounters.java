package io.sparkserving.exchange;

import java.util.concurrent.atomic.LongAdder;

/** Counts of what happened to the requests of a server so far. */
public final class ExchangeCounters {
  final LongAdder accepted = new LongAdder();
  final LongAdder answered = new LongAdder();
  final LongAdder replied = new LongAdder();
  final LongAdder dropped = new LongAdder();
  final LongAdder disconnected = new LongAdder();
  final LongAdder rejected = new LongAdder();
  final LongAdder timedOut = new LongAdder();
  final LongAdder withoutReply = new LongAdder();
  final LongAdder givenUp = new LongAdder();
  final LongAdder lost = new LongAdder();
  private final LongAdder routed = new LongAdder();
  private final LongAdder restarts = new LongAdder();
  private final LongAdder rateLimited = new LongAdder();

  /** Requests that reached the server whole. */
  public long accepted() {
    return accepted.sum();
  }

  /** Replies that were sent, error replies included. */
  public long answered() {
    return answered.sum();
  }

  /** Answers that a query gave. */
  public long replied() {
    return replied.sum();
  }

  /** Replies for requests that are answered or unknown: all but the first for a request. */
  public long dropped() {
    return dropped.sum();
  }

  /** Replies that could not be sent because the client had gone away. */
  public long disconnected() {
    return disconnected.sum();
  }

  /** Requests refused because the queue was full or the server closed. */
  public long rejected() {
    return rejected.sum();
  }

  /** Requests not answered within the request time-out. */
  public long timedOut() {
    return timedOut.sum();
  }

  /** Requests that the query finished without a reply row. */
  public long withoutReply() {
    return withoutReply.sum();
  }

  /** Requests given up because they made tasks fail. */
  public long givenUp() {
    return givenUp.sum();
  }

  /** Requests whose reply a task could not deliver from another JVM. */
  public long lost() {
    return lost.sum();
  }

  /** Requests that the query is done with, whatever came of them. */
  long byTheQuery() {
    return replied.sum() + withoutReply.sum() + givenUp.sum() + lost.sum();
  }

  /** Notes a request that was one too many of its caller or address. */
  public void noteRateLimited() {
    rateLimited.increment();
  }

  /** Requests refused as their caller or address had sent too many. */
  public long rateLimited() {
    return rateLimited.sum();
  }

  /** Notes a reply that came from another JVM. */
  public void noteRouted() {
    routed.increment();
  }

  /** Replies that came from other JVMs. */
  public long routed() {
    return routed.sum();
  }

  /** Notes that the service's query is started again. */
  public void noteRestart() {
    restarts.increment();
  }

  /** How often the service's query was started again, if it runs in this JVM. */
  public long restarts() {
    return restarts.sum();
  }
}
