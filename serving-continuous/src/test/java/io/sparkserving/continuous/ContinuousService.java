package io.sparkserving.continuous;

import io.sparkserving.Serving;
import io.sparkserving.ServingWriter;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.testing.LoadClient;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.Volume;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** A service in local mode, whose name is its path too, and a client for it. */
record ContinuousService(Mode mode, String name, int port) {

  /** A writer of replies, ready to start, to requests on that port, 0 for any. */
  static ServingWriter writer(
      SparkSession spark,
      Mode mode,
      String name,
      int port,
      Map<String, String> options,
      UnaryOperator<Dataset<Row>> requestsToReplies) {
    Dataset<Row> requests =
        Serving.readStream(spark)
            .continuousServer()
            .address("localhost", port, name)
            .options(options)
            .load();
    return mode.apply(
        Serving.writeStream(requestsToReplies.apply(requests)).continuousServer().replyTo(name));
  }

  /** A service that has started. */
  static ContinuousService of(Mode mode, String name) {
    return new ContinuousService(mode, name, Serving.serviceInfo(name).get(0).port());
  }

  static Dataset<Row> text(Dataset<Row> requests) {
    return Serving.parseRequest(requests, DataTypes.StringType);
  }

  static Dataset<Row> echo(Dataset<Row> requests) {
    return Serving.makeReply(text(requests), "value");
  }

  RawResponse post(String body) throws IOException {
    try (RawHttp http = RawHttp.connect(port)) {
      return http.readTimeout(Duration.ofSeconds(70)).call(request(body));
    }
  }

  RawRequest request(String body) {
    return RawRequest.post("/" + name, body);
  }

  LoadReport load(int connections, int requests, LoadClient.Check check)
      throws InterruptedException {
    return new LoadClient(port, connections, requests, Volume.of(Duration.ofMinutes(8)))
        .run(number -> request("request-" + number), check);
  }

  /** What this JVM holds of it. */
  ServerExchanges service() {
    return LocalServers.all().stream()
        .filter(service -> service.configuration().name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
