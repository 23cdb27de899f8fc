package io.sparkserving.exchange;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request from accept to answer. It is answered exactly once: the first answer wins. Any
 * thread may answer.
 */
public final class Exchange {
  static final long NOT_TAKEN = 0;

  /** How often something else may have made tasks fail that had an exchange. */
  private static final int MOST_ACQUITTALS = 3;

  private final long id;
  private final RequestMessage request;
  private final long arrivalMicros;
  private final long arrivedNanos;
  private final long timeoutNanos;
  private final Responder responder;
  private final AtomicBoolean answered = new AtomicBoolean();

  /** The lease of the task that holds this; written by the queue alone, under its lock. */
  private volatile @Nullable Lease lease;

  // Written by the queue alone, under its lock, through which the exchange comes to whoever
  // answers.
  private long takenNanos = NOT_TAKEN;

  private volatile boolean isSample;

  // Written by Leases alone, under its lock.
  private volatile int failedAttempts;

  private volatile int acquittals;

  private volatile int mostTogether = Integer.MAX_VALUE;

  private volatile @Nullable RecordReplies recordReplies;

  /** What is written down of the request, by the thread that takes it for a task. */
  private volatile Journaling.@Nullable Journaled journaled;

  /** By which the client tells that requests are the same. */
  private volatile @Nullable RequestKey requestKey;

  /**
   * Makes an exchange that waits.
   *
   * @param arrivalMicros since 1970-01-01 UTC
   * @param arrivedNanos on the clock of the server
   * @param timeoutNanos how long after that the request is answered in any case
   */
  Exchange(
      long id,
      RequestMessage request,
      long arrivalMicros,
      long arrivedNanos,
      long timeoutNanos,
      Responder responder) {
    this.id = id;
    this.request = request;
    this.arrivalMicros = arrivalMicros;
    this.arrivedNanos = arrivedNanos;
    this.timeoutNanos = timeoutNanos;
    this.responder = responder;
  }

  /** Number of the request, unique in its server for as long as the server lives. */
  public long id() {
    return id;
  }

  /** The request, as the client sent it. */
  public RequestMessage request() {
    return request;
  }

  /** When the request had arrived, in microseconds since 1970-01-01 UTC. */
  public long arrivalMicros() {
    return arrivalMicros;
  }

  /** When the request had arrived, on the {@link NanoClock} of the server. */
  long arrivedNanos() {
    return arrivedNanos;
  }

  /** How long after its arrival the request is answered in any case, in nanoseconds. */
  long timeoutNanos() {
    return timeoutNanos;
  }

  /**
   * When the request last left the queue for a task, on the {@link NanoClock} of the server; {@link
   * #NOT_TAKEN} if it waits.
   */
  long takenNanos() {
    return takenNanos;
  }

  void noteTaken(Lease by, long nanos) {
    takenNanos = nanos;
    lease = by;
  }

  /** Whether the task of this lease has the request, unanswered. */
  boolean isLeftBy(Lease holder) {
    return lease == holder && !isAnswered();
  }

  /** Whether a task has had the request for longer than given, and it is unanswered. */
  boolean isOverdue(long afterNanos, long nowNanos) {
    // The lease is written last, so what is read after it is the time that belongs to it.
    return lease != null && !isAnswered() && nowNanos - takenNanos > afterNanos;
  }

  /** Has it measured how long the task needs. */
  void markAsSample() {
    isSample = true;
  }

  void notePutBack() {
    lease = null;
    takenNanos = NOT_TAKEN;
  }

  /** Number of tries of tasks that failed on this exchange, as far as can be told. */
  public int failedAttempts() {
    return failedAttempts;
  }

  /** Whether the exchange may have made a task fail. */
  boolean isSuspect() {
    return failedAttempts > 0;
  }

  /**
   * How many that may have made the same task fail may go together: 1 if the exchange has to go
   * alone, and as many as one likes if it has made no task fail.
   */
  public int mostTogether() {
    return mostTogether;
  }

  /** Notes a failure that any of several may have made. */
  void noteSuspicion(int newMostTogether) {
    failedAttempts = Math.max(1, failedAttempts);
    mostTogether = newMostTogether;
  }

  /**
   * Counts a failure of which something else is the cause; false if there were too many of these,
   * as the exchange might make whole JVMs fail.
   */
  boolean mayBeAcquitted() {
    acquittals = acquittals + 1;
    return acquittals <= MOST_ACQUITTALS;
  }

  void takeBackFailedAttempt() {
    failedAttempts = Math.max(0, failedAttempts - 1);
    mostTogether = failedAttempts == 0 ? Integer.MAX_VALUE : 1;
  }

  int noteFailedAttempt() {
    mostTogether = 1;
    failedAttempts = failedAttempts + 1;
    return failedAttempts;
  }

  /** Whether an answer is on its way, or has been. */
  public boolean isAnswered() {
    return answered.get();
  }

  /**
   * Claims the right to answer; true for one caller only, who has to call {@link #release} and to
   * answer.
   */
  boolean claim() {
    return answered.compareAndSet(false, true);
  }

  /** Tells the task's lease that the exchange has its answer. */
  void release() {
    Lease holder = lease;
    if (holder != null) {
      holder.noteAnswered(isSample ? takenNanos : NOT_TAKEN);
    }
  }

  /** The replies to the request's records so far; null if none has come. */
  @Nullable RecordReplies recordReplies() {
    return recordReplies;
  }

  /** The replies to the request's records, of which one has come and says how many there are. */
  synchronized RecordReplies recordReplies(int records) {
    RecordReplies replies = recordReplies;
    if (replies == null) {
      replies = new RecordReplies(records);
      recordReplies = replies;
    }
    return replies;
  }

  void noteJournaled(Journaling.@Nullable Journaled written) {
    journaled = written;
  }

  Journaling.@Nullable Journaled journaled() {
    return journaled;
  }

  void noteKey(RequestKey key) {
    requestKey = key;
  }

  @Nullable RequestKey requestKey() {
    return requestKey;
  }

  /** Whether the client may send the request again under a key of its own. */
  public boolean hasKey() {
    return requestKey != null;
  }

  Responder responder() {
    return responder;
  }
}
