package io.sparkserving.distributed.gateway;

import io.sparkserving.channel.PinnedTls;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;

/** Makes the HTTP client that keeps a gateway's connections to the servers. */
final class ServerConnections {
  private static final int MOST_HEADER_BYTES = 64 << 10;
  private static final int MOST_CONNECTIONS = 1 << 16;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  private static final Duration MOST_IDLE = Duration.ofSeconds(30);

  private ServerConnections() {}

  /**
   * Returns a client whose connections tell whether any byte of a request was sent.
   *
   * @param clients looks through the connections
   */
  static HttpClient newClient(ClientSweep clients) {
    ClientConnector connector =
        new ClientConnector() {
          @Override
          protected EndPoint newEndPoint(
              SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
            return new RecallableEndPoint(
                (SocketChannel) channel, selector, key, getScheduler(), clients);
          }
        };
    connector.setReuseAddress(false);
    HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(connector);
    transport.setInvocationType(InvocationType.NON_BLOCKING);
    return new HttpClient(transport);
  }

  /**
   * Sets limits, time-outs and TLS of a client that is about to start.
   *
   * @param serversIdleTimeout after which servers close idle connections
   */
  static void configure(HttpClient client, Scheduler scheduler, Duration serversIdleTimeout) {
    // Less than the servers' own, so that servers hardly ever close a connection in use.
    long idleMillis = Math.min(MOST_IDLE.toMillis(), serversIdleTimeout.toMillis() / 2);
    client.setScheduler(scheduler);
    client.setSslContextFactory(PinnedTls.toServers());
    client.setConnectTimeout(CONNECT_TIMEOUT.toMillis());
    client.setIdleTimeout(idleMillis);
    client.setDestinationIdleTimeout(idleMillis);
    // How many requests may wait is the servers' to limit.
    client.setMaxConnectionsPerDestination(MOST_CONNECTIONS);
    client.setMaxRequestsQueuedPerDestination(MOST_CONNECTIONS);
    client.setMaxRequestHeadersSize(MOST_HEADER_BYTES);
    client.setMaxResponseHeadersSize(MOST_HEADER_BYTES);
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
  }
}
