package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.to_json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServingFunctions;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawHttp2;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import io.sparkserving.testing.TestCertificate;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS and HTTP/2 with a query behind them, whose tasks write the replies. */
class HeadTransportTest {
  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[4]");
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void streamsOfOneConnectionGetTheirOwnRepliesEach(@TempDir Path folder) throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "own");
    HttpClient client = HttpClient.newBuilder().sslContext(certificate.client()).build();
    try (HeadService service =
        HeadService.start(spark, "streams", certificate.options(), HeadPipelines::echo)) {
      URI uri = URI.create("https://localhost:" + service.port() + "/streams");
      List<CompletableFuture<HttpResponse<String>>> replies = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        HttpRequest request =
            HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body(i)))
                .build();
        // The first one alone, to have a connection; a server takes 128 streams at a time on it.
        CompletableFuture<HttpResponse<String>> reply =
            client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        replies.add(reply);
        if (i % 100 == 0) {
          CompletableFuture.allOf(replies.toArray(new CompletableFuture<?>[0]))
              .get(60, TimeUnit.SECONDS);
        }
      }
      for (int i = 0; i < replies.size(); i++) {
        HttpResponse<String> reply = replies.get(i).get(60, TimeUnit.SECONDS);
        assertThat(reply.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo(body(i));
      }
      assertThat(service.counters().accepted()).isEqualTo(300);
      assertThat(service.openExchanges()).isZero();
    }
  }

  /** Some fit into one frame, some do not. */
  private static String body(int number) {
    return ("request " + number + " ").repeat(1 + number % 7 * 400);
  }

  @Test
  void httpsConnectionsAreKeptWhileTasksReply(@TempDir Path folder) throws Exception {
    TestCertificate certificate = TestCertificate.make(folder, "own");
    try (HeadService service =
            HeadService.start(spark, "kept", certificate.options(), HeadPipelines::echo);
        RawHttp http = RawHttp.connect(certificate.client(), service.port())) {
      // Those that wait already are read by whoever replies.
      for (int i = 0; i < 20; i++) {
        http.send(RawRequest.post("/kept", body(i)));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(http.read().text()).isEqualTo(body(i));
      }
    }
  }

  @Test
  void plainTextSpeaksHttp2OnlyWhereItIsAskedFor() throws Exception {
    Map<String, String> http2 = Map.of("http2", "true");
    try (HeadService service = HeadService.start(spark, "h2c", http2, HeadPipelines::echo);
        RawHttp2 streams = RawHttp2.connect(service.port());
        RawHttp one = RawHttp.connect(service.port())) {
      for (int i = 0; i < 50; i++) {
        streams.post(2 * i + 1, "/h2c", "body " + i);
      }
      List<RawHttp2.Answer> answers = streams.readAnswers(50);
      for (int i = 0; i < 50; i++) {
        RawHttp2.Answer answer = answers.get(i);
        assertThat(answer.isOk()).isTrue();
        assertThat(answer.text()).isEqualTo("body " + i);
      }
      // A proxy that passes this on would let requests by that it does not see.
      RawRequest upgrade =
          RawRequest.post("/h2c", "beside an offer")
              .header("Connection", "Upgrade, HTTP2-Settings")
              .header("Upgrade", "h2c")
              .header("HTTP2-Settings", "AAMAAABkAAQAAP__");
      RawResponse response = one.call(upgrade);
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.version()).isEqualTo("HTTP/1.1");
      assertThat(response.text()).isEqualTo("beside an offer");
    }
    try (HeadService service = HeadService.start(spark, "h1", HeadPipelines::echo);
        RawHttp2 refused = RawHttp2.connect(service.port())) {
      assertThatThrownBy(() -> refused.post(1, "/h1", "body").readAnswers(1));
      assertThat(service.counters().accepted()).isZero();
    }
  }

  @Test
  void http2ClientsAreToldToComeAnewBeforeAServiceStops() throws Exception {
    Map<String, String> options = Map.of("http2", "true", "drainDelay", "3s");
    HeadService service = HeadService.start(spark, "leaving", options, HeadPipelines::echo);
    try (RawHttp2 streams = RawHttp2.connect(service.port())) {
      streams.post(1, "/leaving", "before");
      assertThat(streams.readAnswers(1).get(0).text()).isEqualTo("before");

      ExecutorService stopping = Executors.newSingleThreadExecutor();
      Future<?> stopped =
          stopping.submit(
              () -> {
                service.close();
                return null;
              });
      stopping.shutdown();
      await().until(() -> !isReady(service));
      streams.beginPost(3, "/leaving").beginPost(5, "/leaving");
      streams.endPost(3, "one").endPost(5, "other");

      Set<Integer> ended = new HashSet<>();
      boolean sentAway = false;
      try {
        while (true) {
          RawHttp2.Frame frame = streams.read();
          sentAway |= frame.type() == RawHttp2.GOAWAY;
          if (frame.type() == RawHttp2.DATA && (frame.flags() & RawHttp2.END_STREAM) != 0) {
            ended.add(frame.stream());
          }
        }
      } catch (EOFException end) {
        assertThat(stopped.isDone()).as("closed before the port").isFalse();
      }
      assertThat(sentAway).isTrue();
      assertThat(ended).containsExactlyInAnyOrder(3, 5);
      stopped.get(30, TimeUnit.SECONDS);
    } finally {
      service.close();
    }
  }

  private static boolean isReady(HeadService service) throws IOException {
    try (RawHttp http = RawHttp.connect(service.port())) {
      return http.call(RawRequest.get("/readyz")).status() == 200;
    }
  }

  @Test
  void aQuerySeesHttp2AsItSeesHttp1() throws Exception {
    Map<String, String> http2 = Map.of("http2", "true");
    try (HeadService service =
            HeadService.start(
                spark,
                "seen",
                http2,
                requests ->
                    requests.withColumn(
                        "reply", ServingFunctions.stringToResponse(to_json(col("request")))));
        RawHttp2 streams = RawHttp2.connect(service.port())) {
      String seen = streams.post(1, "/seen?a=b", "body").readAnswers(1).get(0).text();
      assertThat(seen)
          .contains("{\"name\":\"Host\",\"value\":\"localhost\"}")
          .contains("\"method\":\"POST\",\"uri\":\"/seen?a=b\"")
          .contains("\"major\":2,\"minor\":0")
          .doesNotContain(":path");
    }
  }

  @Test
  void aLoadThatDiffersFromWhoServesThePortIsRefused() throws Exception {
    try (HeadService service = HeadService.start(spark, "there", HeadPipelines::echo)) {
      Map<String, String> options =
          Map.of(
              "port", Integer.toString(service.port()), "tls.certificate", "/c", "tls.key", "/k");
      assertThatThrownBy(
              () -> spark.readStream().format("server").option("path", "x").options(options).load())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("service 'there' is at localhost:" + service.port())
          .hasMessageContaining("other tls options");
    }
  }
}
