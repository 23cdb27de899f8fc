package io.sparkserving.driver.cluster;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.Secret;
import io.sparkserving.server.worker.Announcement;
import io.sparkserving.server.worker.Messages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says the same to all servers of a service that the driver knows. A method waits only where an
 * answer is asked for, and then for a bounded time. All threads may call all methods.
 */
public final class AllServers {
  private static final Logger LOG = LoggerFactory.getLogger(AllServers.class);
  private static final long STOP_SECONDS = 5;
  private static final long ASK_SECONDS = 5;

  private final KnownServers servers;
  private final Secret secret;
  private final NanoClock clock;

  AllServers(KnownServers servers, Secret secret, NanoClock clock) {
    this.servers = servers;
    this.secret = secret;
    this.clock = clock;
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
    return (int) sum(tellAll(Messages.REFUSE, Messages.numbers(term)));
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

  /** Tells all servers that the query of a term has ended. */
  void release(long term) {
    tellAll(Messages.RELEASE, Messages.numbers(term));
  }

  /** How many requests the tasks of earlier terms hold, as far as servers answer in time. */
  int held(long beforeTerm) {
    return (int) sum(tellAll(Messages.HELD, Messages.numbers(beforeTerm)));
  }

  /** How many requests queries have answered, as far as servers answer in time. */
  long answers() {
    return sum(tellAll(Messages.COUNT, new byte[0]));
  }

  private static long sum(List<CompletableFuture<byte[]>> answers) {
    long sum = 0;
    for (CompletableFuture<byte[]> answer : answers) {
      try {
        sum += Messages.readNumbers(answer.get(ASK_SECONDS, TimeUnit.SECONDS))[0];
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("A server does not answer the driver", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return sum;
      }
    }
    return sum;
  }

  /** Tells all servers that nobody will take their requests any more. */
  void halt() {
    tellAll(Messages.HALT, new byte[0]);
  }

  private List<CompletableFuture<byte[]>> tellAll(String path, byte[] message) {
    return servers.all().stream().map(server -> tell(server, path, message)).toList();
  }

  /** Stops all servers, and waits for a bounded time until their ports are free. */
  void stopServers() {
    List<CompletableFuture<byte[]>> answers = tellAll(Messages.STOP, new byte[0]);
    CompletableFuture<Void> all =
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    long deadline = clock.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
    // A query is stopped by interrupting its thread, which is the one that waits here.
    boolean interrupted = Thread.interrupted();
    boolean waiting = true;
    while (waiting) {
      try {
        all.get(deadline - clock.nanoTime(), TimeUnit.NANOSECONDS);
        waiting = false;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException e) {
        LOG.warn(
            "Not every server said that it has stopped; it will, as its messages are refused", e);
        waiting = false;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<byte[]> tell(Announcement server, String path, byte[] message) {
    return ChannelClient.jvm().send(server.endpoint(secret), path, message);
  }
}
