package io.sparkserving.routing;

import io.sparkserving.exchange.ReplyMessage;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * Replies of one task on their way to one JVM. One message is under way at a time; replies that
 * come meanwhile make up the next. For the task's thread alone.
 */
final class RemoteReplies {
  /** Beyond it the task waits for the message under way, so that memory stays bounded. */
  private static final int MOST_BUFFERED_BYTES = 4 << 20;

  private final ServiceEndpoint endpoint;
  private CompletableFuture<byte[]> underWay = CompletableFuture.completedFuture(new byte[0]);
  private ReplyBatch next = new ReplyBatch();

  RemoteReplies(ServiceEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  void add(long requestId, ReplyMessage reply) throws IOException {
    next.add(requestId, reply);
    if (underWay.isDone() || next.size() > MOST_BUFFERED_BYTES) {
      ChannelClient.await(underWay);
      send();
    }
  }

  void flush() throws IOException {
    ChannelClient.await(underWay);
    if (!next.isEmpty()) {
      send();
      ChannelClient.await(underWay);
    }
  }

  private void send() {
    byte[] message = next.toBytes();
    next = new ReplyBatch();
    underWay = ChannelClient.jvm().send(endpoint, ServicePeer.REPLIES, message);
  }
}
