package io.sparkserving.task.reply;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.Redelivery;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.ServerExchanges;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks the JVM that holds a task's requests, from within a task that is tried again. */
public final class LeaseClient {
  private LeaseClient() {}

  /**
   * Returns the ids of the exchanges that a further try of a task gets. Waits for the answer.
   *
   * @param endpoint the server that holds the exchanges
   * @param key the task
   * @param attempt number of the try, 1 for the first retry
   * @param lastAttempt number of the last try that Spark allows
   * @throws IOException if the JVM that holds the exchanges cannot be reached
   */
  public static Set<Long> redeliver(
      ServiceEndpoint endpoint, LeaseKey key, int attempt, int lastAttempt) throws IOException {
    ServerExchanges local = LocalServers.find(endpoint.serverId());
    if (local != null) {
      return local.leases().redeliver(key, attempt, lastAttempt).stream()
          .map(Exchange::id)
          .collect(Collectors.toSet());
    }
    if (endpoint.channel() == null) {
      return Set.of();
    }
    byte[] question = new Redelivery(key, attempt, lastAttempt).toBytes();
    return Redelivery.readIds(
        ChannelClient.await(ChannelClient.jvm().send(endpoint, Redelivery.PATH, question)));
  }

  /**
   * Says that the last try that Spark allows a task has failed, as no later try will say so. Waits
   * until the message has arrived.
   *
   * @param endpoint the server that holds the exchanges
   * @param key the task
   * @param attempt number of the try that has failed
   * @throws IOException if the JVM that holds the exchanges cannot be reached
   */
  public static void giveUp(ServiceEndpoint endpoint, LeaseKey key, int attempt)
      throws IOException {
    byte[] message = new Redelivery(key, attempt, attempt).toBytes();
    ChannelClient.await(ChannelClient.jvm().send(endpoint, Redelivery.FAILURE_PATH, message));
  }
}
