package io.sparkserving.server.connection;

import io.sparkserving.exchange.BodyBudget;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ServerExchanges;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** A connection; reads ahead to see whether the client has closed it. */
final class WatchedEndPoint extends SocketChannelEndPoint {
  /** Enough for whatever clients send before they close, but another request. */
  private static final int MOST_AHEAD = 1 << 10;

  private final BodyBudget bodies = new BodyBudget();

  /** Who waits for the rest of a body, of all requests of the connection. */
  private final Set<Consumer<Throwable>> readers = ConcurrentHashMap.newKeySet();

  /** What was read ahead, to be read next; null if nothing was. */
  private volatile @Nullable ByteBuffer ahead;

  private final ConnectionSweep.Findings findings =
      new ConnectionSweep.Findings(NanoClock.SYSTEM.nanoTime());

  private final Executor executor;
  private final OpenConnections connections;
  private final AtomicBoolean isCounted = new AtomicBoolean();

  /**
   * @param executor runs what reads from the connection
   * @param connections counts this connection, for as long as it is open
   */
  WatchedEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      Executor executor,
      OpenConnections connections) {
    super(channel, selector, key, scheduler);
    this.executor = executor;
    this.connections = connections;
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

  @Override
  protected void needsFillInterest() {
    super.needsFillInterest();
    tellOfAhead();
  }

  /** The selector knows nothing of what is not in the socket any more. */
  private void tellOfAhead() {
    if (ahead != null && getFillInterest().isInterested()) {
      try {
        executor.execute(getFillInterest()::fillable);
      } catch (RejectedExecutionException e) {
        // The port stops.
        close(e);
      }
    }
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
  public void onOpen() {
    super.onOpen();
    isCounted.set(true);
    connections.opened();
    if (!isOpen()) {
      noLongerCount();
    }
  }

  /** Not left to the connector, which is not told of what is closed while it stops. */
  private void noLongerCount() {
    if (isCounted.compareAndSet(true, false)) {
      connections.closed();
    }
  }

  @Override
  public void onClose(@Nullable Throwable failure) {
    super.onClose(failure);
    noLongerCount();
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
  boolean isClosedByClient() {
    boolean isClosed = readAhead();
    tellOfAhead();
    return isClosed;
  }

  private synchronized boolean readAhead() {
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
