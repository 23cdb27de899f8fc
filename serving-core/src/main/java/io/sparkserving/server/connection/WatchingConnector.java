package io.sparkserving.server.connection;

import io.sparkserving.exchange.ServerExchanges;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A connector on whose connections a task's thread that has brought a reply, and would otherwise
 * wait for a request, looks for the next one itself for a moment. Where it comes, no selector has
 * to be told of the connection, nor any thread to be woken.
 */
final class WatchingConnector extends ServerConnector {

  WatchingConnector(Server server, ConnectionFactory... factories) {
    super(server, factories);
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    SocketChannelEndPoint endPoint = new EndPoint(channel, selector, key, getScheduler());
    endPoint.setIdleTimeout(getIdleTimeout());
    return endPoint;
  }

  private static final class EndPoint extends SocketChannelEndPoint {
    private EndPoint(
        SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
      super(channel, selector, key, scheduler);
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
      int filled = super.fill(buffer);
      ServerExchanges exchanges = filled == 0 ? ListenerThreads.watching() : null;
      return exchanges == null ? filled : watch(exchanges, buffer);
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
          filled = EndPoint.super.fill(buffer);
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
