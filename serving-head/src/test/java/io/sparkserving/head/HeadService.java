package io.sparkserving.head;

import io.sparkserving.Serving;
import io.sparkserving.driver.DriverService;
import io.sparkserving.driver.RunningService;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.exchange.ExchangeCounters;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.Volume;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** A running head service, whose name is its path too, with a client for it. */
record HeadService(String name, int port, StreamingQuery query) implements AutoCloseable {

  /** Whether a response answers the request with this body. */
  @FunctionalInterface
  interface Check {
    boolean answers(String body, RawResponse response);
  }

  static HeadService start(
      SparkSession spark, String name, UnaryOperator<Dataset<Row>> requestsToReplies)
      throws TimeoutException {
    return start(spark, name, Map.of(), "append", requestsToReplies);
  }

  static HeadService start(
      SparkSession spark,
      String name,
      Map<String, String> options,
      UnaryOperator<Dataset<Row>> requestsToReplies)
      throws TimeoutException {
    return start(spark, name, options, "append", requestsToReplies);
  }

  /** Listens on a free port unless the options name one. */
  static HeadService start(
      SparkSession spark,
      String name,
      Map<String, String> options,
      String outputMode,
      UnaryOperator<Dataset<Row>> requestsToReplies)
      throws TimeoutException {
    Dataset<Row> requests =
        Serving.readStream(spark).server().address("localhost", 0, name).options(options).load();
    StreamingQuery query =
        Serving.writeStream(requestsToReplies.apply(requests))
            .server()
            .replyTo(name)
            .outputMode(outputMode)
            .start();
    return of(name, query);
  }

  /** A service that is running already. */
  static HeadService of(String name, StreamingQuery query) {
    return new HeadService(name, Serving.serviceInfo(name).get(0).port(), query);
  }

  RawResponse post(String body) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.readTimeout(Duration.ofSeconds(70)).call(request(body));
    }
  }

  /** Sends all at once, each on its own connection; the responses in the order of the bodies. */
  List<RawResponse> postAll(List<String> bodies) throws Exception {
    List<RawResponse> responses = new ArrayList<>();
    for (Future<RawResponse> response : postInBackground(bodies)) {
      responses.add(response.get(80, TimeUnit.SECONDS));
    }
    return responses;
  }

  /** As {@link #postAll}, without waiting for the responses. */
  List<Future<RawResponse>> postInBackground(List<String> bodies) {
    ExecutorService clients = Executors.newFixedThreadPool(bodies.size());
    try {
      return bodies.stream()
          .map(body -> clients.submit((Callable<RawResponse>) () -> post(body)))
          .toList();
    } finally {
      clients.shutdown();
    }
  }

  /** Numbered bodies over keep-alive connections, each response checked against its own body. */
  LoadReport load(int connections, int requests, IntFunction<String> bodies, Check check)
      throws InterruptedException {
    return new LoadClient(port, connections, requests, Volume.of(Duration.ofMinutes(8)))
        .run(
            number -> request(bodies.apply(number)),
            (number, response) -> check.answers(bodies.apply(number), response));
  }

  /** Requests that have been accepted and not been answered. */
  int openExchanges() {
    return service().openExchanges();
  }

  /** What happened to the requests so far. */
  ExchangeCounters counters() {
    return service().counters();
  }

  /** What the driver holds of the service. */
  ServerExchanges service() {
    RunningService running =
        Objects.requireNonNull(ServiceRegistry.jvm().catalogue().find(name), name);
    return ((DriverService) running).exchanges();
  }

  private RawRequest request(String body) {
    return RawRequest.post("/" + name, body);
  }

  @Override
  public void close() throws TimeoutException {
    query.stop();
  }
}
