package io.sparkserving.exchange;

import io.netty.util.HashedWheelTimer;
import io.sparkserving.options.ServiceConfiguration;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A service without HTTP, whose answers are collected. */
final class ServiceFixture implements AutoCloseable {
  final List<ReplyMessage> replies = new CopyOnWriteArrayList<>();
  final ServerExchanges service;
  private long lastBatch = 100;
  private final HashedWheelTimer timer = new HashedWheelTimer(5, TimeUnit.MILLISECONDS);

  ServiceFixture(Map<String, String> options) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(new HashMap<>(Map.of("port", "0", "path", "api")));
    all.putAll(options);
    service = new ServerExchanges(ServiceConfiguration.parse(all), timer, InstantSource.system());
    service.beginTerm(1);
  }

  /** Whatever waits, in a lease of its own. */
  List<Exchange> takeAll() {
    return service.queue().drain(service.leases().open(new LeaseKey(1, lastBatch++, 0)));
  }

  static RequestMessage request(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new RequestMessage("POST", "/api", 1, 1, Collections.emptyList(), bytes, false);
  }

  void send(String body) {
    service.accept(
        request(body),
        (reply, done) -> {
          replies.add(reply);
          done.accept(null);
        });
  }

  List<Integer> statuses() {
    return replies.stream().map(ReplyMessage::status).toList();
  }

  static ReplyMessage ok() {
    return new ReplyMessage(200, List.of(), new byte[0]);
  }

  @Override
  public void close() {
    timer.stop();
  }
}
