package io.sparkserving.benchmarks.parts;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.RequestMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ServiceConfiguration;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What the benchmarks work on: the hello world's request and reply, and a server without HTTP. */
final class RequestParts {
  static final RequestMessage REQUEST =
      new RequestMessage(
          "POST",
          "/my_api",
          1,
          1,
          List.of(
              new Header("Host", "localhost:8888"),
              new Header("Content-Length", "23"),
              new Header("Content-Type", "application/json")),
          "{\"foo\":\"hello\",\"bar\":1}".getBytes(StandardCharsets.UTF_8),
          false);

  static final ReplyMessage REPLY =
      new ReplyMessage(
          200,
          List.of(new Header("Content-Type", "application/json")),
          "{\"fooLength\":5}".getBytes(StandardCharsets.UTF_8));

  /** The term in which the server gives requests out, and one of its tasks. */
  static final LeaseKey TASK = new LeaseKey(1, 0, 0);

  /**
   * Takes 100,000 time-outs a tick, as the timer of services does. At its ten ticks a second those
   * of a benchmark that makes millions of requests a second would pile up.
   */
  private static final Timer TIMER =
      new HashedWheelTimer(
          new DefaultThreadFactory("benchmark-timer", true), 5, TimeUnit.MILLISECONDS);

  private RequestParts() {}

  static ServerExchanges server() {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(Map.of("port", "0", "path", "my_api"));
    ServerExchanges server =
        new ServerExchanges(
            ServiceConfiguration.parse(options), TIMER, InstantSource.system(), NanoClock.SYSTEM);
    server.beginTerm(TASK.term());
    return server;
  }
}
