package io.sparkserving.server.connection;

import io.sparkserving.exchange.BodyBudget;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ConnectionLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.thread.Scheduler;
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
        channel.configureBlocking(false);
        configure(channel.socket());
        getSelectorManager().accept(channel);
      } else {
        channel.close();
      }
    }
  }

  @Override
  protected void onEndPointOpened(EndPoint endPoint) {
    open.opened();
    super.onEndPointOpened(endPoint);
  }

  @Override
  protected void onEndPointClosed(EndPoint endPoint) {
    open.closed();
    super.onEndPointClosed(endPoint);
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    SocketChannelEndPoint endPoint = new WatchedEndPoint(channel, selector, key, getScheduler());
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }

  /** A connection; reads ahead to see whether the client has closed it. */
  static final class WatchedEndPoint extends SocketChannelEndPoint {
    /** Enough for whatever clients send before they close, but another request. */
    private static final int MOST_AHEAD = 1 << 10;

    private final BodyBudget bodies = new BodyBudget();

    /** Who waits for the rest of a body, of all requests of the connection. */
    private final Set<Consumer<Throwable>> readers = ConcurrentHashMap.newKeySet();

    /** What was read ahead, to be read next; null if nothing was. */
    private volatile @Nullable ByteBuffer ahead;

    private final ConnectionSweep.Findings findings =
        new ConnectionSweep.Findings(NanoClock.SYSTEM.nanoTime());

    private WatchedEndPoint(
        SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
      super(channel, selector, key, scheduler);
    }

    ConnectionSweep.Findings findings() {
      return findings;
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
      int filled = ahead == null ? fillFromClient(buffer) : fillFromAhead(buffer);
      ServerExchanges exchanges = filled == 0 ? ListenerThreads.watching() : null;
      return exchanges == null ? filled : watch(exchanges, buffer);
    }

    /** The bodies of the connection's requests. */
    BodyBudget bodies() {
      return bodies;
    }

    /** Has it told to a reader that the connection is closed, which Jetty may not do. */
    void watchClose(Consumer<Throwable> reader) {
      readers.add(reader);
      if (!isOpen()) {
        tellClosed(null);
      }
    }

    void unwatchClose(Consumer<Throwable> reader) {
      readers.remove(reader);
    }

    @Override
    public void onClose(@Nullable Throwable failure) {
      super.onClose(failure);
      tellClosed(failure);
    }

    private void tellClosed(@Nullable Throwable failure) {
      Throwable cause = failure == null ? new ClosedChannelException() : failure;
      for (Consumer<Throwable> reader : readers) {
        if (readers.remove(reader)) {
          reader.accept(cause);
        }
      }
    }

    /** Not while something is read ahead, as what comes after it would overtake it. */
    private synchronized int fillFromClient(ByteBuffer buffer) throws IOException {
      return ahead == null ? super.fill(buffer) : fillFromAhead(buffer);
    }

    private synchronized int fillFromAhead(ByteBuffer buffer) throws IOException {
      ByteBuffer read = ahead;
      if (read == null) {
        return super.fill(buffer);
      }
      int filled = BufferUtil.append(buffer, read);
      ahead = read.hasRemaining() ? read : null;
      return filled;
    }

    /**
     * Whether the client has closed the connection, or its half of it. Does not block. The next
     * {@link #fill} gets what the client has sent since the last one.
     */
    synchronized boolean isClosedByClient() {
      ByteBuffer read = ahead;
      if (read != null && read.remaining() >= MOST_AHEAD) {
        return false;
      }
      ByteBuffer more = BufferUtil.allocate(MOST_AHEAD);
      if (read != null) {
        BufferUtil.append(more, read);
      }
      try {
        int filled = super.fill(more);
        while (filled > 0 && BufferUtil.space(more) > 0) {
          filled = super.fill(more);
        }
        ahead = more.hasRemaining() ? more : null;
        return filled < 0;
      } catch (IOException e) {
        return true;
      }
    }

    private int watch(ServerExchanges exchanges, ByteBuffer buffer) throws IOException {
      Attempt attempt = new Attempt(buffer);
      exchanges.watch(attempt::hasFilled);
      return attempt.result();
    }

    /** To read, again and again. */
    private final class Attempt {
      private final ByteBuffer buffer;
      private int filled;
      private @Nullable IOException failure;

      private Attempt(ByteBuffer buffer) {
        this.buffer = buffer;
      }

      private boolean hasFilled() {
        try {
          filled = fillFromClient(buffer);
          return filled != 0;
        } catch (IOException e) {
          failure = e;
          return true;
        }
      }

      private int result() throws IOException {
        if (failure != null) {
          throw failure;
        }
        return filled;
      }
    }
  }
}
