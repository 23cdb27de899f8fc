package io.sparkserving.driver.cluster;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ChannelRefusedException;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Messages;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says the same to all servers of a service that the driver knows. A method waits only where an
 * answer is asked for, and then for a bounded time, for all servers together, and not for those
 * that are silent. All threads may call all methods.
 */
public final class AllServers {
  private static final Logger LOG = LoggerFactory.getLogger(AllServers.class);
  private static final long STOP_NANOS = Duration.ofSeconds(4).toNanos();
  private static final long ASK_NANOS = Duration.ofSeconds(1).toNanos();

  /** Whoever wants to know of messages that nobody takes. */
  interface Undelivered {
    /** The server's executor does not know it: it has closed. */
    void closed(Announcement server);

    /** Nobody listens where the server's executor does. */
    void unreachable(Announcement server);
  }

  private final KnownServers servers;
  private final NanoClock clock;
  private final Undelivered undelivered;

  /** Ids of the servers that have been asked whether they are there. */
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  /** Whether servers close because they are told to. */
  private volatile boolean stopping;

  /**
   * @param undelivered told on the thread that sends, or that brings an answer; must not wait
   */
  AllServers(KnownServers servers, NanoClock clock, Undelivered undelivered) {
    this.servers = servers;
    this.clock = clock;
    this.undelivered = undelivered;
  }

  /** Tells all servers that requests are for the tasks of this term from now on. */
  void beginTerm(long term) {
    // A server that does not hear of it learns of it with its next beat.
    tellAll(Messages.BEGIN, Messages.numbers(term));
  }

  /** Tells all servers that a query has finished its batches up to this one. */
  void settle(long inTerm, long lastBatch) {
    // A server that does not hear of it hears of a later batch.
    tellAll(Messages.SETTLE, Messages.numbers(inTerm, lastBatch));
  }

  /** Tells all servers how many of the requests that each partition delivered are finished. */
  public void settleDelivered(long inTerm, long batch, List<Long> delivered) {
    long[] numbers = new long[delivered.size() + 2];
    numbers[0] = inTerm;
    numbers[1] = batch;
    for (int i = 0; i < delivered.size(); i++) {
      numbers[i + 2] = delivered.get(i);
    }
    tellAll(Messages.SETTLE_DELIVERED, Messages.numbers(numbers));
  }

  /** Tells all servers that tasks shall take no more, so that the next batch begins. */
  void hurry() {
    // A server that does not hear of it has its batch end in time all the same.
    tellAll(Messages.HURRY, new byte[0]);
  }

  /** Tells all servers that the query of a term is about to be stopped. */
  void drain(long term) {
    tellAll(Messages.DRAIN, Messages.numbers(term));
  }

  /**
   * Tells all servers that the query of a term gets no more requests.
   *
   * @return how many of the query's requests are open, as far as servers answer in time
   */
  int refuse(long term) {
    return (int) sum(Messages.REFUSE, Messages.numbers(term));
  }

  /**
   * Tells a server that its executor is about to exit.
   *
   * @param refuseAfter when the server shall take in no more requests
   */
  void leave(Announcement server, Duration refuseAfter) {
    // One that does not hear of it refuses nothing, and exits all the same.
    tell(server, Messages.LEAVE, Messages.numbers(refuseAfter.toMillis()));
  }

  /** Tells all servers that the query of a term has ended; complete when all have answered. */
  CompletableFuture<Void> release(long term) {
    return CompletableFuture.allOf(
        tellAll(Messages.RELEASE, Messages.numbers(term)).toArray(CompletableFuture[]::new));
  }

  /** How many requests the tasks of earlier terms hold, as far as servers answer in time. */
  int held(long beforeTerm) {
    return (int) sum(Messages.HELD, Messages.numbers(beforeTerm));
  }

  /** How many requests queries have answered, as far as servers answer in time. */
  long answers() {
    return sum(Messages.COUNT, new byte[0]);
  }

  private long sum(String path, byte[] message) {
    List<CompletableFuture<byte[]>> answers = tellAll(path, message);
    awaitAll(answers, ASK_NANOS);
    return answers.stream()
        .filter(answer -> answer.isDone() && !answer.isCompletedExceptionally())
        .mapToLong(answer -> Messages.readNumbers(answer.join())[0])
        .sum();
  }

  /** Tells all servers that nobody will take their requests any more. */
  void halt() {
    tellAll(Messages.HALT, new byte[0]);
  }

  /** Tells all servers; returns the answers of those that are not silent. */
  private List<CompletableFuture<byte[]>> tellAll(String path, byte[] message) {
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (Announcement server : servers.all()) {
      CompletableFuture<byte[]> answer = tell(server, path, message);
      if (!servers.isSilent(server.serverId())) {
        answers.add(answer);
      }
    }
    return answers;
  }

  /** Asks a server whether it is there, unless an answer to that question is awaited. */
  void ask(Announcement server, long term) {
    if (asked.add(server.serverId())) {
      tell(server, Messages.BEGIN, Messages.numbers(term))
          .whenComplete((answer, failure) -> asked.remove(server.serverId()));
    }
  }

  /** Asks a server how it is doing. */
  CompletableFuture<byte[]> report(Announcement server) {
    return tell(server, Messages.REPORT, new byte[0]);
  }

  /** Stops all servers, and waits for a bounded time until their ports are free. */
  void stopServers() {
    // A query is stopped by interrupting its thread, which is the one that waits here.
    boolean interrupted = Thread.interrupted();
    stopping = true;
    List<CompletableFuture<byte[]>> answers = tellAll(Messages.STOP, new byte[0]);
    long deadline = clock.nanoTime() + STOP_NANOS;
    while (!awaitAll(answers, deadline - clock.nanoTime())) {
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!answers.stream().allMatch(CompletableFuture::isDone)) {
      LOG.warn("Not every server said that it has stopped; it will, as its messages are refused");
    }
  }

  /**
   * Waits for all answers, or failures, together.
   *
   * @return false if the thread was interrupted, whose interrupt status is then set
   */
  private static boolean awaitAll(List<CompletableFuture<byte[]>> answers, long nanos) {
    try {
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
          .get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("A server does not answer the driver", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    return true;
  }

  private CompletableFuture<byte[]> tell(Announcement server, String path, byte[] message) {
    return ChannelClient.jvm()
        .send(server.commands(), path, message)
        .whenComplete((answer, failure) -> noteFailure(server, failure));
  }

  private void noteFailure(Announcement server, @Nullable Throwable failure) {
    if (stopping) {
      return;
    }
    if (failure instanceof ChannelRefusedException) {
      undelivered.closed(server);
    } else if (failure != null && failure.getCause() instanceof ConnectException) {
      undelivered.unreachable(server);
    }
  }
}
