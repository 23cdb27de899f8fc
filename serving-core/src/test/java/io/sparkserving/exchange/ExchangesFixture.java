package io.sparkserving.exchange;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.testing.TurnedClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server without HTTP, whose answers are collected. Its time-outs come in virtual time only. */
final class ExchangesFixture {
  final List<ReplyMessage> replies = new CopyOnWriteArrayList<>();
  final TurnedClock clock = new TurnedClock();
  final ServerExchanges exchanges;
  private final TurnedTimer timer = new TurnedTimer(clock);
  private long lastBatch = 100;

  private ExchangesFixture(Map<String, String> options, boolean inRealTime) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(Map.of("port", "0", "path", "api"));
    all.putAll(options);
    // What happened at 0 counts as what has not happened.
    clock.advance(Duration.ofSeconds(1));
    exchanges =
        new ServerExchanges(
            ServiceConfiguration.parse(all),
            timer,
            InstantSource.fixed(Instant.EPOCH),
            inRealTime ? NanoClock.SYSTEM : clock);
    exchanges.beginTerm(1);
  }

  /** A server for which no time passes but by {@link #advance}: who watches does so until then. */
  static ExchangesFixture of(Map<String, String> options) {
    return new ExchangesFixture(options, false);
  }

  /** A server whose threads race, and watch for as short a time as they do elsewhere. */
  static ExchangesFixture inRealTime(Map<String, String> options) {
    return new ExchangesFixture(options, true);
  }

  /** Turns the clock on, and lets time-outs come that are due then. */
  void advance(Duration by) {
    timer.advance(by);
  }

  Lease lease(long term, int partition) {
    return exchanges.leases().open(new LeaseKey(term, 1, partition));
  }

  /** Takes whatever waits, in a lease of its own. */
  List<Exchange> takeAll() {
    return exchanges
        .queue()
        .takeBatch(exchanges.leases().open(new LeaseKey(1, lastBatch++, 0)), Integer.MAX_VALUE);
  }

  static RequestMessage request(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new RequestMessage("POST", "/api", 1, 1, Collections.emptyList(), bytes, false);
  }

  void send(String body) {
    exchanges.accept(request(body), this::collect);
  }

  /** Sends what its client waits for so long only. */
  void send(String body, Duration patience) {
    exchanges.accept(request(body), patience, this::collect);
  }

  private void collect(ReplyMessage reply, Consumer<@Nullable Throwable> done) {
    replies.add(reply);
    done.accept(null);
  }

  List<Integer> statuses() {
    return replies.stream().map(ReplyMessage::status).toList();
  }

  static ReplyMessage ok() {
    return new ReplyMessage(200, List.of(), new byte[0]);
  }
}
