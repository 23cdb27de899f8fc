package io.sparkserving.server.connection;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.options.ConnectionLimits;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

/**
 * A connector on whose connections a task's thread that has brought a reply, and would otherwise
 * wait for a request, looks for the next one itself for a moment. Where it comes, no selector has
 * to be told of the connection, nor any thread to be woken.
 */
final class WatchingConnector extends ServerConnector {

  private final OpenConnections open;
  private final int most;
  private final ConnectionSweep sweep;

  /** Connections that were accepted, and that Jetty has not yet made use of. */
  private final Set<SocketChannel> handedOver = ConcurrentHashMap.newKeySet();

  /** Where {@code localhost} listens too; null elsewhere. */
  private volatile @Nullable ServerSocketChannel other;

  /**
   * @param host to listen on; where it is {@code localhost}, IPv6 has its own acceptor
   * @param open the connections of the connector's kind
   * @param limits of the port
   */
  WatchingConnector(
      Server server,
      String host,
      OpenConnections open,
      ConnectionLimits limits,
      ConnectionFactory... factories) {
    super(server, null, null, null, OtherLoopback.isOf(host) ? 2 : -1, -1, factories);
    setHost(host);
    this.open = open;
    this.most = limits.maxConnections().orElseGet(OpenConnections::mostByDescriptors);
    this.sweep = new ConnectionSweep(this, limits, NanoClock.SYSTEM);
    setIdleTimeout(limits.idleTimeout().toMillis());
  }

  @Override
  public void open() throws IOException {
    boolean wasOpen = isOpen();
    super.open();
    if (!wasOpen && OtherLoopback.isOf(getHost())) {
      other = OtherLoopback.open(getLocalPort(), getAcceptQueueSize());
    }
  }

  @Override
  public void close() {
    super.close();
    IO.close(other);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    sweep.schedule(getScheduler());
  }

  /** Closes what Jetty leaves open: connections that were accepted while it closed the others. */
  @Override
  protected void doStop() throws Exception {
    super.doStop();
    handedOver.forEach(IO::close);
    handedOver.clear();
    getConnectedEndPoints().forEach(EndPoint::close);
  }

  /**
   * Takes the next connection, or closes it at once where there are too many: a load balancer then
   * tries another server, as nothing of a request can have been read.
   */
  @Override
  public void accept(int acceptorId) throws IOException {
    boolean isForOther = acceptorId == 1 && OtherLoopback.isOf(getHost());
    ServerSocketChannel listening = isForOther ? other : (ServerSocketChannel) getTransport();
    if (isForOther && listening == null) {
      // Until the connector stops, which interrupts its acceptors.
      LockSupport.park(this);
    }
    if (listening != null && listening.isOpen()) {
      SocketChannel channel = listening.accept();
      if (open.isBelow(most)) {
        handOver(listening, channel);
      } else {
        channel.close();
      }
    }
  }

  private void handOver(ServerSocketChannel listening, SocketChannel channel) throws IOException {
    handedOver.removeIf(earlier -> !earlier.isOpen());
    handedOver.add(channel);
    // Whoever stops the connector looks through them after it has closed what listens.
    if (listening.isOpen()) {
      channel.configureBlocking(false);
      configure(channel.socket());
      getSelectorManager().accept(channel);
    } else {
      channel.close();
    }
  }

  @Override
  protected void onEndPointOpened(EndPoint endPoint) {
    super.onEndPointOpened(endPoint);
    handedOver.remove(endPoint.getTransport());
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    SocketChannelEndPoint endPoint =
        new WatchedEndPoint(channel, selector, key, getScheduler(), getExecutor(), open);
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }
}
