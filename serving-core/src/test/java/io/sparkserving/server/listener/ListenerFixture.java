package io.sparkserving.server.listener;

import static org.awaitility.Awaitility.await;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.testing.RawHttp;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A service at {@code /api} of a listener, whose requests a test takes and answers itself. */
final class ListenerFixture implements AutoCloseable {
  private final HashedWheelTimer timer = new HashedWheelTimer();
  final ServerExchanges service;
  final HttpListener listener;
  private long batch;

  private ListenerFixture(
      Map<String, String> options, Runnable requestsWait, InstantSource wallClock) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(Map.of("port", "0", "path", "api", "http2", "true"));
    all.putAll(options);
    ServiceConfiguration configuration = ServiceConfiguration.parse(all);
    service =
        new ServerExchanges(
            configuration, Secret.random(), requestsWait, timer, wallClock, NanoClock.SYSTEM);
    service.beginTerm(1);
    listener = new HttpListener(configuration.host(), 0, configuration.operations().transport());
    listener.start(service);
  }

  static ListenerFixture start(Map<String, String> options) {
    return new ListenerFixture(options, () -> {}, InstantSource.system());
  }

  /**
   * A service that tells of what happens in it.
   *
   * @param requestsWait called when a request begins to wait
   * @param wallClock asked when a request comes, and when an error is answered
   */
  static ListenerFixture start(Runnable requestsWait, InstantSource wallClock) {
    return new ListenerFixture(Map.of(), requestsWait, wallClock);
  }

  int port() {
    return listener.localPort();
  }

  /** Takes the next request. */
  Exchange take() {
    return await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> service.queue().takeBatch(service.leases().open(new LeaseKey(1, batch++, 0)), 1),
            taken -> !taken.isEmpty())
        .get(0);
  }

  /** Takes the next request; null if its client has an answer before. */
  @Nullable Exchange takeOrAnswered(RawHttp http) {
    return await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> service.queue().takeBatch(service.leases().open(new LeaseKey(1, batch++, 0)), 1),
            taken -> !taken.isEmpty() || http.hasMore())
        .stream()
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    listener.stop();
    timer.stop();
  }
}
