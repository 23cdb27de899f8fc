package io.sparkserving.task.reply;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.EndpointQuestion;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.NanoClock;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The servers that this JVM's tasks were not told of when they began. The driver is asked once for
 * each, however many tasks want to know. All threads may call all methods; none waits.
 */
final class LaterServers {
  private static final int MOST_REMEMBERED = 1_000;

  /** A server that the driver has forgotten for a moment announces itself again. */
  private static final long NOBODY_NANOS = Duration.ofSeconds(5).toNanos();

  private static final LaterServers JVM = new LaterServers(NanoClock.SYSTEM);

  /**
   * What is known of a server.
   *
   * @param endpoint of the server; empty if the driver knows of none
   * @param asked when the driver was asked
   */
  private record Known(CompletableFuture<Optional<ServiceEndpoint>> endpoint, long asked) {
    boolean hasFailed() {
      return endpoint.isCompletedExceptionally();
    }

    boolean isNobody() {
      return endpoint.isDone() && !hasFailed() && endpoint.join().isEmpty();
    }
  }

  private final NanoClock clock;

  /** The one that was wanted longest ago is the first. */
  @GuardedBy("this")
  private final Map<String, Known> byId =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  LaterServers(NanoClock clock) {
    this.clock = clock;
  }

  /** The servers that are known to this JVM. */
  static LaterServers jvm() {
    return JVM;
  }

  /**
   * Returns how to reach a server; completes exceptionally if the driver cannot be asked, who is
   * asked again then.
   *
   * @param directory of the server's service
   */
  CompletableFuture<Optional<ServiceEndpoint>> find(ServiceEndpoint directory, String serverId) {
    CompletableFuture<Optional<ServiceEndpoint>> asking = new CompletableFuture<>();
    synchronized (this) {
      Known known = byId.get(serverId);
      if (known != null && !isOutdated(known)) {
        return known.endpoint();
      }
      byId.put(serverId, new Known(asking, clock.nanoTime()));
    }
    // Without the lock: a peer in this JVM answers at once.
    ChannelClient.jvm()
        .send(directory, EndpointQuestion.PATH, EndpointQuestion.toBytes(serverId))
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                complete(asking, answer, serverId, directory);
              } else {
                asking.completeExceptionally(failure);
              }
            });
    return asking;
  }

  private boolean isOutdated(Known known) {
    return known.hasFailed()
        || (known.isNobody() && clock.nanoTime() - known.asked() > NOBODY_NANOS);
  }

  private static void complete(
      CompletableFuture<Optional<ServiceEndpoint>> asking,
      byte[] answer,
      String serverId,
      ServiceEndpoint directory) {
    try {
      asking.complete(EndpointQuestion.readAnswer(answer, serverId, directory));
    } catch (IOException e) {
      asking.completeExceptionally(e);
    }
  }
}
