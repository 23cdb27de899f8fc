package io.sparkserving.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Lease;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchingConnectorTest {
  private final HashedWheelTimer timer = new HashedWheelTimer();
  private final HttpListener listener =
      new HttpListener("localhost", 0, TransportConfiguration.PLAIN);
  private final Set<Thread> takersThatRead = ConcurrentHashMap.newKeySet();
  private ServerExchanges service;
  private Thread taker;

  @BeforeEach
  void start() {
    TreeMap<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(Map.of("port", "0", "path", "api"));
    Runnable noteReader =
        () -> {
          if (Thread.currentThread() == taker) {
            takersThatRead.add(taker);
          }
        };
    service =
        new ServerExchanges(
            ServiceConfiguration.parse(options),
            Secret.random(),
            noteReader,
            timer,
            InstantSource.system(),
            NanoClock.SYSTEM);
    service.beginTerm(1);
    listener.start(service);
    Lease lease = service.leases().open(new LeaseKey(1, 1, 0));
    taker = new Thread(() -> echoUntilInterrupted(lease));
    taker.start();
  }

  @AfterEach
  void stop() throws Exception {
    taker.interrupt();
    taker.join(10_000);
    listener.stop();
    timer.stop();
  }

  private void echoUntilInterrupted(Lease lease) {
    try {
      while (true) {
        Exchange exchange = service.queue().take(lease, TimeUnit.SECONDS.toNanos(20));
        if (exchange != null) {
          byte[] body = Objects.requireNonNull(exchange.request().body());
          service.answer(exchange.id(), new ReplyMessage(200, List.of(), body));
        }
      }
    } catch (InterruptedException e) {
      // The test is done.
    }
  }

  @Test
  void aTaskThatHasRepliedReadsTheNextRequestItself() throws Exception {
    try (RawHttp http = RawHttp.connect(listener.localPort())) {
      int sent = 0;
      while (takersThatRead.isEmpty() && sent < 100_000) {
        String body = "request " + sent++;
        assertThat(http.call(RawRequest.post("/api", body)).text()).isEqualTo(body);
      }
    }
    assertThat(takersThatRead).containsExactly(taker);
  }

  @Test
  void aConnectionThatIsWatchedWhileItsClientGoesAwayDoesNoHarm() throws Exception {
    for (int i = 0; i < 50; i++) {
      try (RawHttp http = RawHttp.connect(listener.localPort())) {
        for (int j = 0; j < 20; j++) {
          String body = i + " " + j;
          assertThat(http.call(RawRequest.post("/api", body)).text()).isEqualTo(body);
        }
        http.send(Arrays.copyOf(RawRequest.post("/api", "half").bytes(), 50));
      }
    }
    assertThat(service.openExchanges()).isZero();
  }
}
