package io.sparkserving.server.worker;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.RequestBatch;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.Leases.Blame;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.metrics.ServerReport;
import io.sparkserving.server.ServicePeer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Does what the coordinator, and tasks elsewhere, tell one executor's server. Whoever has the
 * secret of the tasks cannot command.
 */
final class WorkerPeer implements ChannelPeer {
  private final ServerExchanges exchanges;
  private final ServerSecrets secrets;
  private final ShareTaking shares;
  private final ServicePeer replies;
  private final Supplier<CompletableFuture<Void>> end;

  /**
   * @param shares takes requests for tasks elsewhere
   * @param end stops the server, as its service has ended; complete when the port is free
   */
  WorkerPeer(
      ServerExchanges exchanges,
      ServerSecrets secrets,
      ShareTaking shares,
      Supplier<CompletableFuture<Void>> end) {
    this.exchanges = exchanges;
    this.secrets = secrets;
    this.shares = shares;
    this.replies = new ServicePeer(exchanges);
    this.end = end;
  }

  @Override
  public Secret secret() {
    return secrets.commands();
  }

  @Override
  public Secret secret(String path) {
    boolean isForTasks = ServicePeer.isForTasks(path) || Messages.isForTasks(path);
    return isForTasks ? secrets.replies() : secrets.commands();
  }

  @Override
  public CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException {
    switch (path) {
      case Messages.BEGIN -> exchanges.beginTerm(Messages.readNumbers(message)[0]);
      case Messages.SETTLE -> settle(Messages.readNumbers(message));
      case Messages.SETTLE_DELIVERED -> settleDelivered(Messages.readNumbers(message));
      case Messages.RELEASE -> exchanges.release(Messages.readNumbers(message)[0]);
      case Messages.SHARE -> {
        long[] asked = Messages.readNumbers(message);
        Lease lease = exchanges.leases().join(key(asked));
        return shares.share(lease, (int) asked[3]).thenApply(RequestBatch::toBytes);
      }
      case Messages.GIVE_BACK -> {
        long[] failed = Messages.readNumbers(message);
        exchanges.leases().giveBack(key(failed), failed[3] == 0 ? Blame.NONE : Blame.OLDEST);
      }
      case Messages.WITHDRAW -> {
        Lease lease = exchanges.leases().join(key(Messages.readNumbers(message)));
        exchanges.leases().withdraw(lease);
      }
      case Messages.HURRY -> exchanges.runningTasks().hurry();
      case Messages.DRAIN -> exchanges.drain(Messages.readNumbers(message)[0]);
      case Messages.LEAVE -> {
        exchanges.leave(Duration.ofMillis(Messages.readNumbers(message)[0]));
        exchanges.runningTasks().hurry();
      }
      case Messages.HALT -> exchanges.halt();
      case Messages.REFUSE -> {
        int open = exchanges.refuse(Messages.readNumbers(message)[0]);
        return CompletableFuture.completedFuture(Messages.numbers(open));
      }
      case Messages.HELD -> {
        int held = exchanges.leases().held(Messages.readNumbers(message)[0]);
        return CompletableFuture.completedFuture(Messages.numbers(held));
      }
      case Messages.COUNT -> {
        long answers = exchanges.counters().replied() + exchanges.counters().givenUp();
        return CompletableFuture.completedFuture(Messages.numbers(answers));
      }
      case Messages.REPORT -> {
        return CompletableFuture.completedFuture(ServerReport.of(exchanges));
      }
      case Messages.STOP -> {
        return end.get().thenApply(stopped -> new byte[0]);
      }
      default -> {
        return replies.receive(path, message);
      }
    }
    return CompletableFuture.completedFuture(new byte[0]);
  }

  private static LeaseKey key(long[] numbers) {
    return new LeaseKey(numbers[0], numbers[1], (int) numbers[2]);
  }

  private void settle(long[] termAndBatch) {
    exchanges.settle(termAndBatch[0], termAndBatch[1]);
  }

  private void settleDelivered(long[] numbers) {
    for (int partition = 0; partition < numbers.length - 2; partition++) {
      LeaseKey key = new LeaseKey(numbers[0], numbers[1], partition);
      exchanges.leases().settleDelivered(key, numbers[partition + 2]);
    }
  }
}
