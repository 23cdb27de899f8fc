package io.sparkserving.server;

import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelPeers;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.forwarding.ForwardingProvider;
import io.sparkserving.forwarding.RunningForward;
import io.sparkserving.server.listener.BoundService;
import io.sparkserving.server.management.ServerOperations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One server of a service that listens, from {@link #start} to {@link #close}: its port, its way
 * through a gateway, and what this JVM knows of it. All threads may call all methods.
 */
public final class ListeningServer {
  private final BoundService bound;
  private final Optional<RunningForward> forward;
  private final Undoing undoing;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ListeningServer(BoundService bound, Optional<RunningForward> forward, Undoing undoing) {
    this.bound = bound;
    this.forward = forward;
    this.undoing = undoing;
  }

  /**
   * Makes a server listen, begins to forward to it if that is asked for, and makes it known in this
   * JVM. Does not wait for a gateway. If a step fails, those before it are undone.
   *
   * @param exchanges the server's requests
   * @param binding how the port is bound
   * @param peer takes messages for the server
   * @param onAddressChange told of the address on the gateway whenever it changes; must not wait
   */
  public static ListeningServer start(
      ServerExchanges exchanges,
      Function<ServerExchanges, BoundService> binding,
      ChannelPeer peer,
      Consumer<Optional<String>> onAddressChange) {
    return start(exchanges, binding, peer, onAddressChange, ServerOperations.find());
  }

  static ListeningServer start(
      ServerExchanges exchanges,
      Function<ServerExchanges, BoundService> binding,
      ChannelPeer peer,
      Consumer<Optional<String>> onAddressChange,
      ServerOperations operations) {
    Undoing undoing = new Undoing();
    try {
      BoundService bound = binding.apply(exchanges);
      undoing.add(bound::close);
      Optional<RunningForward> forward =
          ForwardingProvider.startFor(exchanges.configuration(), bound.port(), onAddressChange);
      forward.ifPresent(running -> undoing.add(running::close));
      operations.opened(exchanges);
      undoing.add(() -> operations.closed(exchanges));
      LocalServers.add(exchanges);
      undoing.add(() -> LocalServers.remove(exchanges));
      ChannelPeers.add(exchanges.serverId(), peer);
      undoing.add(() -> ChannelPeers.remove(exchanges.serverId()));
      return new ListeningServer(bound, forward, undoing);
    } catch (RuntimeException | Error e) {
      undoing.runAfter(e);
      throw e;
    }
  }

  /** The server's requests. */
  public ServerExchanges exchanges() {
    return bound.exchanges();
  }

  /** The port that is bound. */
  public int port() {
    return bound.port();
  }

  /** {@code host:port} of a gateway that forwards to the server now. */
  public Optional<String> forwardedAddress() {
    return forward.flatMap(RunningForward::address);
  }

  /**
   * Complete when clients reach the server, through a gateway if one is to forward; exceptionally,
   * with an {@link IOException}, if that gateway cannot.
   */
  public CompletableFuture<Void> reachable() {
    return forward
        .map(RunningForward::started)
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  /**
   * Waits until clients reach the server, through a gateway if one is to forward.
   *
   * @throws IOException if that gateway cannot, or if the thread is interrupted
   */
  public void awaitReachable() throws IOException {
    if (forward.isPresent()) {
      forward.get().awaitStarted();
    }
  }

  /**
   * Answers what is open with 503, while a gateway still forwards, and frees the port, within about
   * two seconds; then ends the forward, and has this JVM forget the server. A step that fails keeps
   * none from being done.
   *
   * @return false if the server was closed before, so that nothing was done
   */
  public boolean close() {
    if (!closed.compareAndSet(false, true)) {
      return false;
    }
    undoing.run();
    return true;
  }

  /** What is to be done to stop, in the order of the steps that it undoes: first the port. */
  private static final class Undoing {
    private final List<Runnable> steps = new ArrayList<>();

    private void add(Runnable step) {
      steps.add(step);
    }

    private void run() {
      RuntimeException first = null;
      for (Runnable step : steps) {
        try {
          step.run();
        } catch (RuntimeException e) {
          if (first == null) {
            first = e;
          } else {
            first.addSuppressed(e);
          }
        }
      }
      if (first != null) {
        throw first;
      }
    }

    private void runAfter(Throwable failure) {
      try {
        run();
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
  }
}
