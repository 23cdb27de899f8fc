package io.sparkserving.task.reply;

import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.Redelivery;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.server.ServicePeer;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks, from within a task, what a task that is tried again is to process. */
public final class LeaseClient {
  private LeaseClient() {}

  /**
   * Ids of the exchanges that this try gets.
   *
   * @param attempt 1 for the first retry
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
        ChannelClient.await(
            ChannelClient.jvm().send(endpoint, ServicePeer.REDELIVERIES, question)));
  }

  /**
   * Says that the last try that Spark allows a task has failed, so that no later one will say it.
   * Waits until it is heard.
   *
   * @param attempt number of that try
   * @throws IOException if the JVM that holds the exchanges cannot be reached
   */
  public static void giveUp(ServiceEndpoint endpoint, LeaseKey key, int attempt)
      throws IOException {
    byte[] message = new Redelivery(key, attempt, attempt).toBytes();
    ChannelClient.await(ChannelClient.jvm().send(endpoint, ServicePeer.FAILURES, message));
  }
}
