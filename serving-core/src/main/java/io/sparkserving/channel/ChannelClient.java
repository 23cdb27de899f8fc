package io.sparkserving.channel;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to other JVMs' internal channels. One client a JVM, started when first needed; all
 * threads may use it.
 */
public final class ChannelClient {
  private static final long TIMEOUT_SECONDS = 30;
  private static final int MOST_ANSWER_BYTES = 64 << 20;

  private final HttpClient client;

  private ChannelClient() {
    QueuedThreadPool threads = new QueuedThreadPool(16, 2);
    threads.setName("spark-serving-internal-client");
    threads.setDaemon(true);
    client = new HttpClient();
    client.setSslContextFactory(PinnedTls.toChannels());
    client.setExecutor(threads);
    // Jetty's own timer is no daemon, and would keep a JVM alive whose program has ended.
    client.setScheduler(
        new ScheduledExecutorScheduler("spark-serving-internal-client-timer", true));
    client.setConnectTimeout(TimeUnit.SECONDS.toMillis(5));
    try {
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException("Cannot start the internal channel's client", e);
    }
  }

  private static final class Holder {
    private static final ChannelClient INSTANCE = startUndisturbed();
  }

  /**
   * Starts the client on a thread of its own: an interrupt, as of a query that is stopped or a task
   * that is killed, would make the start fail, and the JVM would be without a client from then on.
   */
  private static ChannelClient startUndisturbed() {
    return CompletableFuture.supplyAsync(
            ChannelClient::new,
            start -> {
              Thread thread = new Thread(start, "spark-serving-internal-client-start");
              thread.setDaemon(true);
              thread.start();
            })
        .join();
  }

  /** The client of this JVM. */
  public static ChannelClient jvm() {
    return Holder.INSTANCE;
  }

  /**
   * Sends a message without waiting, to a peer of this JVM directly. Under TLS nothing is sent, and
   * so no secret, before the other end has shown the certificate of its address. The result is the
   * answer's body, or an {@link IOException}.
   */
  public CompletableFuture<byte[]> send(ServiceEndpoint endpoint, String path, byte[] message) {
    ChannelPeer local = ChannelPeers.find(endpoint.serverId());
    ChannelAddress channel = endpoint.channel();
    try {
      if (local != null) {
        return local.receive(path, message);
      }
      if (channel == null) {
        throw new ChannelRefusedException("Nobody of that name in this JVM any more");
      }
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    client
        .newRequest(channel.host(), channel.port())
        .scheme((channel.certificate() == null ? HttpScheme.HTTP : HttpScheme.HTTPS).asString())
        .tag(channel.certificate())
        .method(HttpMethod.POST)
        .path(path)
        .headers(
            headers ->
                headers
                    .put(InternalChannelHandler.PEER, endpoint.serverId())
                    .put(InternalChannelHandler.SECRET, endpoint.secret().reveal()))
        .body(new BytesRequestContent("application/octet-stream", message))
        .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .send(
            new BufferingResponseListener(MOST_ANSWER_BYTES) {
              @Override
              public void onComplete(Result result) {
                Throwable failure = failure(result, this::getContentAsString, channel);
                if (failure == null) {
                  byte[] content = getContent();
                  answer.complete(content == null ? new byte[0] : content);
                } else {
                  answer.completeExceptionally(failure);
                }
              }
            });
    return answer;
  }

  private static @Nullable Throwable failure(
      Result result, Supplier<@Nullable String> answer, ChannelAddress channel) {
    if (result.isFailed()) {
      return new IOException("Cannot reach the JVM at " + channel, result.getFailure());
    }
    int status = result.getResponse().getStatus();
    String message = "The JVM at " + channel + " answered " + status + " to a message";
    return switch (status) {
      case HttpStatus.OK_200 -> null;
      case HttpStatus.FORBIDDEN_403 -> new ChannelRefusedException(message + ": " + answer.get());
      default -> new IOException(message);
    };
  }

  /** Waits for an answer, no longer than a message may take. */
  public static byte[] await(CompletableFuture<byte[]> answer) throws IOException {
    return await(answer, 1);
  }

  /** Waits for an answer that may take so many messages, one after another. */
  public static byte[] await(CompletableFuture<byte[]> answer, int messages) throws IOException {
    try {
      return answer.get(messages * TIMEOUT_SECONDS + 5, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("No answer on the internal channel in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for the internal channel", e);
    }
  }
}
