package io.sparkserving.routing;

import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This JVM's end of the internal channel: a Jetty connector on a port of its own, for messages
 * between the JVMs of one application. Starts when first asked for and stays until the JVM ends.
 */
public final class InternalChannel {
  private static final Logger LOG = LoggerFactory.getLogger(InternalChannel.class);
  private static final Object LOCK = new Object();
  private static @Nullable InternalChannel running;

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
    synchronized (LOCK) {
      if (running == null) {
        running = start(bindAddress);
      }
      return new ChannelAddress(reachableHost, running.connector.getLocalPort());
    }
  }

  private static InternalChannel start(String bindAddress) {
    QueuedThreadPool threads = new QueuedThreadPool(16, 4);
    threads.setName("spark-serving-internal");
    threads.setDaemon(true);
    Server server = new Server(threads);
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
