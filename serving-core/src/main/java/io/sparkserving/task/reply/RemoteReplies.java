package io.sparkserving.task.reply;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.LostReplies;
import io.sparkserving.channel.ReplyBatch;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ReplyPlace;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replies of one task on their way to one JVM. One message is under way at a time; replies that
 * come meanwhile make up the next message, which leaves as soon as the first has arrived. The
 * task's thread adds and flushes; threads of the channel send on.
 *
 * <p>A JVM that cannot be reached, twice, has most likely died, and its clients' connections with
 * it. Replies to such a JVM are dropped: failing the task would only harm the clients of all
 * others. The driver is told, in case that it does reach the JVM, so that the clients there hear of
 * it before the batch ends.
 */
final class RemoteReplies {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteReplies.class);
  private static final LimitedLog DROPPED = LimitedLog.of(RemoteReplies.class);

  /** With more bytes the task waits for the message under way, so that memory stays bounded. */
  private static final int MOST_BUFFERED_BYTES = 4 << 20;

  /**
   * A message is sent twice at most, each time after a question where to, and then the word that it
   * was lost.
   */
  private static final int MOST_MESSAGES = 5;

  /** Says how to reach a JVM. */
  @FunctionalInterface
  interface Destination {
    /** The endpoint; empty if there is no such JVM. Does not wait. */
    CompletableFuture<Optional<ServiceEndpoint>> find();
  }

  private final String serverId;
  private final Destination destination;
  private final Runnable onNobody;

  @GuardedBy("this")
  private CompletableFuture<byte[]> underWay = CompletableFuture.completedFuture(new byte[0]);

  @GuardedBy("this")
  private ReplyBatch next = new ReplyBatch();

  /**
   * @param serverId the server whose requests are replied to
   * @param destination how to reach its JVM
   * @param onNobody called for each message that finds no such JVM, and is dropped
   */
  RemoteReplies(String serverId, Destination destination, Runnable onNobody) {
    this.serverId = serverId;
    this.destination = destination;
    this.onNobody = onNobody;
  }

  /** Replies for a server that is known. */
  static RemoteReplies to(ServiceEndpoint endpoint) {
    CompletableFuture<Optional<ServiceEndpoint>> known =
        CompletableFuture.completedFuture(Optional.of(endpoint));
    return new RemoteReplies(endpoint.serverId(), () -> known, () -> {});
  }

  /** Adds a reply; waits only while too many bytes are on their way. */
  void add(ReplyPlace place, ReplyMessage reply) throws IOException {
    boolean full;
    synchronized (this) {
      next.add(place, reply);
      sendOn();
      full = next.size() > MOST_BUFFERED_BYTES;
    }
    if (full) {
      flush();
    }
  }

  /** Waits until every reply that was added has arrived, or was sent twice in vain. */
  void flush() throws IOException {
    CompletableFuture<byte[]> message = underWay();
    while (message != null) {
      ChannelClient.await(message, MOST_MESSAGES);
      message = underWay();
    }
  }

  /**
   * Waits until every reply that was added before has arrived, or was sent twice in vain. Any
   * thread may call, and others may be added meanwhile.
   */
  void awaitAdded() throws IOException {
    CompletableFuture<byte[]> message = underWay();
    if (message != null) {
      ChannelClient.await(message, MOST_MESSAGES);
      // What could not go with that one goes together.
      message = underWay();
    }
    if (message != null) {
      ChannelClient.await(message, MOST_MESSAGES);
    }
  }

  /** The message that is still to arrive, or null. */
  private synchronized @Nullable CompletableFuture<byte[]> underWay() {
    sendOn();
    return underWay.isDone() ? null : underWay;
  }

  private synchronized void sendOn() {
    if (underWay.isDone() && !next.isEmpty()) {
      byte[] message = next.toBytes();
      next = new ReplyBatch();
      underWay =
          send(message)
              .exceptionallyCompose(failure -> send(message))
              .exceptionallyCompose(failure -> tellOfLoss(message, failure));
      underWay.thenRun(this::sendOn);
    }
  }

  private CompletableFuture<byte[]> send(byte[] message) {
    return destination
        .find()
        .thenCompose(
            endpoint -> {
              if (endpoint.isEmpty()) {
                LOG.debug("Dropped replies to {}: no such server now", serverId);
                onNobody.run();
                return CompletableFuture.completedFuture(new byte[0]);
              }
              return ChannelClient.jvm().send(endpoint.get(), ReplyBatch.PATH, message);
            });
  }

  private CompletableFuture<byte[]> tellOfLoss(byte[] message, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    DROPPED.warn(serverId, "Dropped replies to {}, which cannot be reached", serverId, cause);
    LostReplies lost =
        new LostReplies(serverId, String.valueOf(cause), ReplyBatch.requestIds(message));
    return destination
        .find()
        .thenCompose(endpoint -> tell(endpoint.orElseThrow(), lost))
        .exceptionally(untold -> new byte[0]);
  }

  private static CompletableFuture<byte[]> tell(ServiceEndpoint endpoint, LostReplies lost) {
    ServiceEndpoint other = endpoint.lostReplies();
    return ChannelClient.jvm()
        .send(other == null ? endpoint : other, LostReplies.PATH, lost.toBytes());
  }
}
