package io.sparkserving.operations.balancing;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ServerInfo;
import io.sparkserving.server.listener.BoundService;
import io.sparkserving.server.listener.HttpListeners;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A server of a service, on its real listener, that answers with its name and what it was sent. */
final class NamedServer implements AutoCloseable {
  static final String PATH = "api";
  static final int MAX_BODY_SIZE = 100_000;

  private final String name;
  private final HashedWheelTimer timer = new HashedWheelTimer(20, TimeUnit.MILLISECONDS);
  private final BoundService bound;
  private final int port;
  private final ConcurrentLinkedQueue<RequestMessage> received = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  NamedServer(String name) {
    this(name, 0, PATH);
  }

  NamedServer(String name, int port, String path) {
    this.name = name;
    bound =
        HttpListeners.bind(
            new ServerExchanges(
                ServiceConfiguration.parse(
                    Map.of(
                        "port",
                        Integer.toString(port),
                        "path",
                        path,
                        "hosts",
                        "service.example",
                        "maxBodySize",
                        Integer.toString(MAX_BODY_SIZE))),
                timer,
                InstantSource.system(),
                NanoClock.SYSTEM));
    this.port = bound.port();
    Thread answering = new Thread(this::answerAll, "server-" + name);
    answering.setDaemon(true);
    answering.start();
  }

  private void answerAll() {
    ServerExchanges server = bound.exchanges();
    server.beginTerm(1);
    Lease lease = server.leases().open(new LeaseKey(1, 1, 0));
    try {
      while (!closed) {
        server.queue().awaitNotEmpty(1, 100);
        for (Exchange exchange : server.queue().takeBatch(lease, Integer.MAX_VALUE)) {
          received.add(exchange.request());
          server.answer(exchange.id(), reply(exchange.request()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ReplyMessage reply(RequestMessage request) {
    return new ReplyMessage(
        200,
        List.of(new Header("X-Answered-By", name)),
        request.body() == null ? new byte[0] : request.body());
  }

  int port() {
    return port;
  }

  ServerInfo info() {
    return info(port());
  }

  static ServerInfo info(int port) {
    return info(port, PATH);
  }

  static ServerInfo info(int port, String path) {
    return new ServerInfo("api", "localhost", port, path, "localhost", null, "http");
  }

  /** What it was sent, in the order of answers. */
  List<RequestMessage> received() {
    return List.copyOf(received);
  }

  /** The bodies that it was sent. */
  List<String> bodies() {
    return received.stream()
        .map(request -> new String(request.body(), StandardCharsets.UTF_8))
        .toList();
  }

  int requests() {
    return received.size();
  }

  /** Stops as a service does: at once, with 503 for what is open. */
  @Override
  public void close() {
    if (!closed) {
      bound.close();
      closed = true;
      timer.stop();
    }
  }
}
