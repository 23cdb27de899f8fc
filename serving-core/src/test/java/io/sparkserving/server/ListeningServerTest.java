package io.sparkserving.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.channel.ChannelClient;
import io.sparkserving.channel.ChannelPeer;
import io.sparkserving.channel.ChannelRefusedException;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.listener.HttpListeners;
import io.sparkserving.server.management.ServerOperations;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListeningServerTest {
  private final HashedWheelTimer timer = new HashedWheelTimer();
  private final List<String> told = new ArrayList<>();
  private int port;

  @BeforeEach
  void choosePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void stopTimer() {
    timer.stop();
  }

  private ServerExchanges exchanges(Map<String, String> more) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(Map.of("host", "localhost", "port", Integer.toString(port), "path", "api"));
    options.putAll(more);
    return new ServerExchanges(
        ServiceConfiguration.parse(options), timer, InstantSource.system(), NanoClock.SYSTEM);
  }

  private ListeningServer start(ServerExchanges exchanges, ServerOperations operations) {
    return ListeningServer.start(
        exchanges, HttpListeners::bind, new Peer(exchanges), address -> {}, operations);
  }

  private void assertNothingIsLeftOf(ServerExchanges exchanges) {
    assertThat(LocalServers.find(exchanges.serverId())).isNull();
    assertThat(ask(exchanges))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withCauseInstanceOf(ChannelRefusedException.class);
    assertThatCode(this::bindAgain).doesNotThrowAnyException();
  }

  private static CompletableFuture<byte[]> ask(ServerExchanges exchanges) {
    return ChannelClient.jvm()
        .send(
            new ServiceEndpoint(exchanges.serverId(), exchanges.secret(), null),
            "/anything",
            new byte[0]);
  }

  private void bindAgain() throws IOException {
    try (ServerSocket again = new ServerSocket()) {
      again.setReuseAddress(true);
      again.bind(new InetSocketAddress("localhost", port));
    }
  }

  @Test
  void aServerIsKnownFromStartToClose() {
    ServerExchanges exchanges = exchanges(Map.of());

    ListeningServer server = start(exchanges, new Operations());

    assertThat(server.port()).isEqualTo(port);
    assertThat(LocalServers.find(exchanges.serverId())).isSameAs(exchanges);
    assertThat(ask(exchanges)).succeedsWithin(Duration.ofSeconds(10));
    assertThat(server.reachable()).isCompleted();
    server.close();
    server.close();
    assertThat(told).containsExactly("opened", "closed");
    assertNothingIsLeftOf(exchanges);
  }

  @Test
  void aStepThatFailsUndoesThoseBefore() {
    ServerExchanges exchanges = exchanges(Map.of());
    IllegalStateException failure = new IllegalStateException("Cannot show the server");
    ServerOperations failing =
        new Operations() {
          @Override
          public void opened(ServerExchanges server) {
            throw failure;
          }
        };

    assertThatThrownBy(() -> start(exchanges, failing))
        .isSameAs(failure)
        .hasNoSuppressedExceptions();

    assertNothingIsLeftOf(exchanges);
  }

  @Test
  void aForwardThatNobodyCanMakeLeavesThePortFree() {
    ServerExchanges exchanges =
        exchanges(
            Map.of(
                "forwarding.enabled",
                "true",
                "forwarding.username",
                "somebody",
                "forwarding.sshHost",
                "localhost",
                "forwarding.keyDir",
                "/nowhere"));

    assertThatThrownBy(() -> start(exchanges, new Operations()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("forwarding.enabled");

    assertThat(told).isEmpty();
    assertNothingIsLeftOf(exchanges);
  }

  @Test
  void aStepThatFailsToStopKeepsNoneFromBeingDone() {
    ServerExchanges exchanges = exchanges(Map.of());
    IllegalStateException failure = new IllegalStateException("Cannot hide the server");
    ListeningServer server =
        start(
            exchanges,
            new Operations() {
              @Override
              public void closed(ServerExchanges stopped) {
                throw failure;
              }
            });

    assertThatThrownBy(server::close).isSameAs(failure);

    assertNothingIsLeftOf(exchanges);
  }

  /** Answers every message with nothing. */
  private record Peer(ServerExchanges exchanges) implements ChannelPeer {
    @Override
    public Secret secret() {
      return exchanges.secret();
    }

    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) {
      return CompletableFuture.completedFuture(new byte[0]);
    }
  }

  private class Operations implements ServerOperations {
    @Override
    public List<Handler> managementHandlers(Supplier<List<ServerExchanges>> servers) {
      return List.of();
    }

    @Override
    public Request.Handler documentHandler(ServerExchanges server) {
      return (request, response, callback) -> false;
    }

    @Override
    public Request.Handler docsHandler(
        ServerExchanges server, Request.Handler document, Request.Handler next) {
      return next;
    }

    @Override
    public void opened(ServerExchanges server) {
      told.add("opened");
    }

    @Override
    public void closed(ServerExchanges server) {
      told.add("closed");
    }
  }
}
