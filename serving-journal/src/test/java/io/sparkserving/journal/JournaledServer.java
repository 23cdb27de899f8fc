package io.sparkserving.journal;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.JournalProvider;
import io.sparkserving.exchange.JournalRange;
import io.sparkserving.exchange.JournalRange.Position;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A server without HTTP and without Spark, in a new generation of a journal. */
final class JournaledServer implements AutoCloseable {
  final ServerExchanges exchanges;
  final JournalPlace place;
  private final HashedWheelTimer timer = new HashedWheelTimer();

  static JournaledServer start(Path folder, Map<String, String> options) throws IOException {
    JournaledServer server = startWithout(folder, options);
    server.exchanges.journal(1, server.place);
    return server;
  }

  /** Starts a server that takes requests in before it has begun with its journal. */
  static JournaledServer startWithout(Path folder, Map<String, String> options) throws IOException {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(Map.of("port", "0", "path", "api", "journal", folder.toUri().toString()));
    all.putAll(options);
    ServiceConfiguration configuration = ServiceConfiguration.parse(all);
    long generation =
        JournalProvider.find()
            .beginGeneration(
                folder.toUri().toString(), configuration.journal().orElseThrow().flush());
    JournaledServer server = new JournaledServer(configuration, folder, generation);
    server.exchanges.beginTerm(1);
    return server;
  }

  private JournaledServer(ServiceConfiguration configuration, Path folder, long generation) {
    this.exchanges =
        new ServerExchanges(configuration, timer, InstantSource.system(), NanoClock.SYSTEM);
    this.place =
        new JournalPlace(
            folder.toUri().toString(), generation, configuration.journal().orElseThrow());
  }

  /** Sends a request; the future has its answer. */
  CompletableFuture<ReplyMessage> send(String body) {
    return send(body, null);
  }

  CompletableFuture<ReplyMessage> send(String body, @Nullable String key) {
    CompletableFuture<ReplyMessage> answer = new CompletableFuture<>();
    List<Header> headers = key == null ? List.of() : List.of(new Header("idempotency-key", key));
    exchanges.accept(
        new RequestMessage(
            "POST", "/api", 1, 1, headers, body.getBytes(StandardCharsets.UTF_8), false),
        (reply, done) -> {
          answer.complete(reply);
          done.accept(null);
        });
    return answer;
  }

  Lease lease(long batch) {
    return exchanges.leases().open(new LeaseKey(1, batch, 0));
  }

  /** Takes what waits, in a batch. */
  List<Exchange> take(long batch) {
    return exchanges.queue().takeBatch(lease(batch), Integer.MAX_VALUE);
  }

  static ReplyMessage reply(String body) {
    return new ReplyMessage(200, List.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  static String text(ReplyMessage reply) {
    return new String(reply.body(), StandardCharsets.UTF_8);
  }

  /** The bodies of what a later run would compute again. */
  List<String> replayed(Position after) throws IOException {
    return replayed(place, after);
  }

  static List<String> replayed(JournalPlace place, Position after) throws IOException {
    List<String> bodies = new ArrayList<>();
    Position end = new Position(Long.MAX_VALUE, 0);
    JournalRange range = new JournalRange(place, after, end, 0, JournalRange.ALL);
    try (JournalProvider.Requests requests = JournalProvider.find().read(range)) {
      requests.forEachRemaining(
          each -> bodies.add(new String(each.message().body(), StandardCharsets.UTF_8)));
    }
    return bodies;
  }

  @Override
  public void close() {
    exchanges.close(1_000);
    timer.stop();
  }
}
