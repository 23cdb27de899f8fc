package io.sparkserving.forwarding.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.ServingReader;
import io.sparkserving.ServingWriter;
import io.sparkserving.testing.SparkSessions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("everything")
class ForwardedServicesTest {
  private static SparkSession spark;
  private static SshServer server;

  /** The three pairs of source and sink. */
  enum Mode {
    HEAD(ServingReader::server, ServingWriter::server),
    DISTRIBUTED(ServingReader::distributedServer, ServingWriter::distributedServer),
    CONTINUOUS(
        ServingReader::continuousServer,
        writer -> writer.continuousServer().trigger(Trigger.Continuous("1 second")));

    private final UnaryOperator<ServingReader> reader;
    private final UnaryOperator<ServingWriter> writer;

    Mode(UnaryOperator<ServingReader> reader, UnaryOperator<ServingWriter> writer) {
      this.reader = reader;
      this.writer = writer;
    }

    Dataset<Row> replies(String name, Map<String, String> options) {
      Dataset<Row> requests =
          reader
              .apply(Serving.readStream(spark))
              .address("localhost", 0, name)
              .option("numPartitions", "1")
              .options(options)
              .load();
      return Serving.makeReply(Serving.parseRequest(requests, DataTypes.StringType), "value");
    }

    StreamingQuery start(String name, Map<String, String> options) throws Exception {
      return writer.apply(Serving.writeStream(replies(name, options))).replyTo(name).start();
    }
  }

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    server = SshServer.start(folder.resolve("server"));
    spark = SparkSessions.start("local[3]");
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      spark.stop();
      server.close();
    }
  }

  /** Calls the service past the gateway; how often, or why it has failed. */
  private static CompletableFuture<Integer> callUntil(AtomicBoolean enough, String name) {
    String address = "localhost:" + Serving.serviceInfo(name).get(0).port();
    return CompletableFuture.supplyAsync(
        () -> {
          int calls = 0;
          while (!enough.get()) {
            String body = "request-" + calls++;
            try {
              assertThat(EchoServer.post(address, name, body)).isEqualTo(body);
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }
          return calls;
        });
  }

  private static String forwarded(String name) {
    return String.valueOf(Serving.serviceInfo(name).get(0).forwardedAddress());
  }

  @ParameterizedTest
  @EnumSource
  void theGatewayAnswersUntilTheServiceStops(Mode mode) throws Exception {
    int port = SshServer.freePort();
    StreamingQuery query = mode.start("forwarded", server.options(port));
    try {
      assertThat(forwarded("forwarded")).isEqualTo("127.0.0.1:" + port);
      assertThat(Serving.serviceInfoJson("forwarded"))
          .contains("\"forwardedAddress\":\"127.0.0.1:" + port + "\"");
      assertThat(EchoServer.post(forwarded("forwarded"), "forwarded", "hello")).isEqualTo("hello");
    } finally {
      query.stop();
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> !SshServer.isOpen(port));
  }

  @ParameterizedTest
  @EnumSource(names = {"HEAD", "DISTRIBUTED"})
  void aGatewayThatRefusesFailsTheStartAndTellsNoSecret(Mode mode) throws Exception {
    Map<String, String> options = server.options(SshServer.freePort());
    options.put("forwarding.username", "nobody-of-that-name");
    options.put("forwarding.keyPassword", "swordfish");
    assertThatThrownBy(() -> mode.start("refused", options))
        .as("with a key that is refused")
        .satisfies(
            failure ->
                assertThat(Throwables.getStackTrace(failure))
                    .contains("Cannot forward service 'refused' by gateway nobody-of-that-name@")
                    .contains("authorized_keys")
                    .doesNotContain("swordfish"));
    options.put("forwarding.keySas", "http://127.0.0.1:1/account/keys/key?sv=1&sig=swordfish");
    // Spark tells every change of a plan, in full.
    spark.conf().set("spark.sql.planChangeLog.level", "INFO");
    try (EveryLog log = new EveryLog()) {
      assertThat(mode.replies("refused", options).queryExecution().toString())
          .contains("forwarding.keySas=*", "forwarding.keyPassword=*")
          .doesNotContain("swordfish");
      assertThatThrownBy(() -> mode.start("refused", options))
          .as("with a key that cannot be had")
          .satisfies(
              failure ->
                  assertThat(Throwables.getStackTrace(failure))
                      .contains("cannot be downloaded from 127.0.0.1:1")
                      .doesNotContain("swordfish"));
      assertThat(log.text()).contains("forwarding.keySas=*").doesNotContain("swordfish");
    } finally {
      spark.conf().unset("spark.sql.planChangeLog.level");
    }
  }

  private static void awaitQuickly(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).until(condition);
  }

  private static boolean answers(String address, String name) {
    try {
      return EchoServer.post(address, name, "hello").equals("hello");
    } catch (Exception e) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HEAD", "CONTINUOUS"})
  void twentyLossesOfTheGatewayFailNoLocalRequestAndLeaveNothingBehind(Mode mode) throws Exception {
    int losses = mode == Mode.CONTINUOUS ? 20 : 1;
    StreamingQuery query = mode.start("lasting", server.options(SshServer.freePort()));
    try {
      String address = forwarded("lasting");
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Integer> load = callUntil(enough, "lasting");
      assertThat(EchoServer.post(address, "lasting", "hello")).isEqualTo("hello");
      long threads = Leftovers.threads("lasting");
      long sockets = Leftovers.sockets();
      for (int loss = 0; loss < losses; loss++) {
        server.kill();
        awaitQuickly(() -> !answers(address, "lasting"));
        server.run();
        awaitQuickly(() -> answers(address, "lasting"));
        // The gateway forwards a moment before it has told the service so.
        awaitQuickly(() -> forwarded("lasting").equals(address));
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> {
                assertThat(Leftovers.threads("lasting")).isLessThanOrEqualTo(threads);
                assertThat(Leftovers.sockets()).isLessThanOrEqualTo(sockets);
              });
      enough.set(true);
      assertThat(load.get(1, TimeUnit.MINUTES)).isGreaterThan(losses);
      assertThat(query.isActive()).isTrue();
    } finally {
      query.stop();
    }
  }
}
