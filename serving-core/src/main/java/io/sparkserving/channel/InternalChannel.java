package io.sparkserving.channel;

import io.sparkserving.options.InternalConfiguration;
import io.sparkserving.options.PortRange;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This JVM's end of the internal channel: a Jetty connector on a port of its own, for messages
 * between the JVMs of one application, or several: one in plain text and one under TLS, for
 * services that want the one and the other, or other ports. Starts when first asked for and stays
 * until the JVM ends.
 */
public final class InternalChannel {
  private static final Logger LOG = LoggerFactory.getLogger(InternalChannel.class);
  private static final Map<Binding, InternalChannel> BY_BINDING = new ConcurrentHashMap<>();

  private record Binding(String address, InternalConfiguration internal) {}

  private final ServerConnector connector;

  /** Null for plain text. */
  private final @Nullable ChannelIdentity identity;

  private InternalChannel(ServerConnector connector, @Nullable ChannelIdentity identity) {
    this.connector = connector;
    this.identity = identity;
  }

  /**
   * The address of this JVM's channel.
   *
   * @param bindAddress where to listen, if the channel does not listen yet
   * @param reachableHost how other JVMs reach that address
   * @param internal at which ports, and whether the channel speaks TLS, and nothing else
   * @throws IllegalStateException if none of the ports is free
   */
  public static ChannelAddress address(
      String bindAddress, String reachableHost, InternalConfiguration internal) {
    InternalChannel channel =
        BY_BINDING.computeIfAbsent(new Binding(bindAddress, internal), InternalChannel::start);
    return new ChannelAddress(
        reachableHost,
        channel.connector.getLocalPort(),
        channel.identity == null ? null : channel.identity.fingerprint());
  }

  private static InternalChannel start(Binding binding) {
    String bindAddress = binding.address();
    boolean tls = binding.internal().tls();
    ChannelIdentity identity = tls ? ChannelIdentity.create() : null;
    QueuedThreadPool threads = new QueuedThreadPool(16, 4);
    threads.setName("spark-serving-internal");
    threads.setDaemon(true);
    // Jetty's own timer is no daemon, and would keep a JVM alive whose program has ended.
    Scheduler timer = new ScheduledExecutorScheduler("spark-serving-internal-timer", true);
    Server server = RequestBuffers.server(threads, timer);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    // Who asks knows the certificate, whatever the name by which it got here.
    http.addCustomizer(new SecureRequestCustomizer(false));
    HttpConnectionFactory http1 = RequestBuffers.http1(http);
    ServerConnector connector =
        identity == null
            ? new ServerConnector(server, http1)
            : new ServerConnector(
                server, new SslConnectionFactory(identity.serverTls(), http1.getProtocol()), http1);
    connector.setHost(bindAddress);
    server.addConnector(connector);
    server.setHandler(new InternalChannelHandler());
    try {
      bindFirstFree(connector, binding.internal().ports());
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException(
          "Cannot start the internal channel on " + bindAddress + ": " + e.getMessage(), e);
    }
    LOG.info(
        "Internal channel{} at {}:{}",
        tls ? " under TLS" : "",
        bindAddress,
        connector.getLocalPort());
    return new InternalChannel(connector, identity);
  }

  private static void bindFirstFree(ServerConnector connector, PortRange ports) throws IOException {
    for (int port = ports.first(); port <= ports.last(); port++) {
      connector.setPort(port);
      try {
        connector.open();
        return;
      } catch (IOException e) {
        if (port == ports.last()) {
          throw new IOException(
              "none of the ports of internal.port (%s) can be used; the last: %s"
                  .formatted(ports, e.getMessage()),
              e);
        }
      }
    }
  }
}
