package io.sparkserving.server;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.LostReplies;
import io.sparkserving.channel.MoreRequests;
import io.sparkserving.channel.Redelivery;
import io.sparkserving.channel.ReplyBatch;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Does what tasks of other JVMs ask of a server in this one. */
public final class ServicePeer implements ChannelPeer {
  private final ServerExchanges exchanges;

  public ServicePeer(ServerExchanges exchanges) {
    this.exchanges = exchanges;
  }

  /** Whether tasks ask for this path. */
  public static boolean isForTasks(String path) {
    return path.equals(ReplyBatch.PATH)
        || path.equals(Redelivery.PATH)
        || path.equals(Redelivery.FAILURE_PATH);
  }

  @Override
  public Secret secret() {
    return exchanges.secret();
  }

  @Override
  public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
    if (path.equals(MoreRequests.PATH)) {
      return exchanges
          .polls()
          .poll(MoreRequests.readPoll(message))
          .thenApply(MoreRequests::toBytes);
    }
    if (path.equals(ReplyBatch.PATH)) {
      acceptReplies(message);
      return exchanges.keptAnswersAreSafe().handle((safe, failure) -> new byte[0]);
    }
    return CompletableFuture.completedFuture(
        switch (path) {
          case LostReplies.PATH -> endWithLostReplies(message);
          case Redelivery.PATH -> redeliver(message);
          case Redelivery.FAILURE_PATH -> giveUpTask(message);
          case MoreRequests.END_PATH -> endTask(message);
          case MoreRequests.FAILURE_PATH -> failTask(message);
          default -> throw new IOException("Unsupported path " + path);
        });
  }

  private void acceptReplies(byte[] message) throws IOException {
    for (ReplyBatch.Entry entry : ReplyBatch.read(message)) {
      exchanges.counters().noteRouted();
      exchanges.answer(entry.place(), entry.reply());
    }
  }

  private byte[] endWithLostReplies(byte[] message) throws IOException {
    LostReplies.read(message).requestIds().forEach(exchanges::endWithLostReply);
    return new byte[0];
  }

  private byte[] redeliver(byte[] message) throws IOException {
    Redelivery asked = Redelivery.read(message);
    // The try before may have been lost without a word.
    exchanges.polls().giveBack(asked.key(), Blame.OLDEST);
    List<Exchange> unanswered =
        exchanges.leases().redeliver(asked.key(), asked.attempt(), asked.lastAttempt());
    return Redelivery.idsToBytes(unanswered);
  }

  private byte[] giveUpTask(byte[] message) throws IOException {
    Redelivery failed = Redelivery.read(message);
    exchanges.leases().giveUpTask(failed.key(), failed.attempt());
    return new byte[0];
  }

  private byte[] endTask(byte[] message) throws IOException {
    exchanges.polls().finish(MoreRequests.readKey(message));
    return new byte[0];
  }

  private byte[] failTask(byte[] message) throws IOException {
    MoreRequests.Failure failure = MoreRequests.readFailure(message);
    exchanges.polls().giveBack(failure.key(), failure.isBlamed() ? Blame.OLDEST : Blame.NONE);
    return new byte[0];
  }
}
