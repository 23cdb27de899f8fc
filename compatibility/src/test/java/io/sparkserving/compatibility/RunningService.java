package io.sparkserving.compatibility;

import io.sparkserving.Serving;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;

/** A started query and the address it serves. */
record RunningService(StreamingQuery query, URI uri) implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  static RunningService of(String name, StreamingQuery query) {
    int port = Serving.serviceInfo(name).get(0).port();
    return new RunningService(query, URI.create("http://localhost:" + port + "/" + name));
  }

  /** At another path of the same address. */
  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve(path)).timeout(Duration.ofMinutes(1)).build();
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  HttpResponse<String> post(String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofMinutes(1))
            .POST(BodyPublishers.ofString(body))
            .build();
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  @Override
  public void close() throws TimeoutException {
    query.stop();
  }
}
