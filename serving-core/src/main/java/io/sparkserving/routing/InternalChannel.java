package io.sparkserving.routing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This JVM's end of the internal channel: a Jetty connector on a port of its own, for messages
 * between the JVMs of one application. Starts when first asked for and stays until the JVM ends.
 */
public final class InternalChannel {
  private static final Logger LOG = LoggerFactory.getLogger(InternalChannel.class);
  private static final Map<String, InternalChannel> BY_BIND_ADDRESS = new ConcurrentHashMap<>();

  private final ServerConnector connector;

  private InternalChannel(ServerConnector connector) {
    this.connector = connector;
  }

  /**
   * The address of this JVM's channel.
   *
   * @param bindAddress where to listen, if it does not listen yet
   * @param reachableHost how other JVMs reach that address
   */
  public static ChannelAddress address(String bindAddress, String reachableHost) {
    InternalChannel channel = BY_BIND_ADDRESS.computeIfAbsent(bindAddress, InternalChannel::start);
    return new ChannelAddress(reachableHost, channel.connector.getLocalPort());
  }

  private static InternalChannel start(String bindAddress) {
    QueuedThreadPool threads = new QueuedThreadPool(16, 4);
    threads.setName("spark-serving-internal");
    threads.setDaemon(true);
    // Jetty's own timer is no daemon, and would keep a JVM alive whose program has ended.
    Scheduler timer = new ScheduledExecutorScheduler("spark-serving-internal-timer", true);
    Server server = new Server(threads, timer, null);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(bindAddress);
    connector.setPort(0);
    server.addConnector(connector);
    server.setHandler(new InternalChannelHandler());
    try {
      server.start();
    } catch (Exception e) {
      throw new IllegalStateException(
          "Cannot start the internal channel on " + bindAddress + ": " + e.getMessage(), e);
    }
    LOG.info("Internal channel at {}:{}", bindAddress, connector.getLocalPort());
    return new InternalChannel(connector);
  }
}
