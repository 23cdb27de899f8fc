package io.sparkserving.testing;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Bodies of every size, shape and pace, both ways. */
interface BodyContract extends ContractServices {

  @Test
  default void binaryBodiesOfAnySizeComeBackAsTheyWere() throws Exception {
    try (LiveService service = serve("binary", Pipelines::echo);
        RawHttp http = service.connect()) {
      for (int size : new int[] {0, 1, 255, 8192, 1 << 20, 20 << 20}) {
        byte[] body = random(size);
        RawResponse response = http.call(RawRequest.post(service.path(), body));
        assertThat(response.status()).as("status for %s bytes", size).isEqualTo(200);
        assertThat(sha256(response.body())).as("hash of %s bytes", size).isEqualTo(sha256(body));
      }
    }
  }

  @Test
  default void chunkedBodiesArriveWhole() throws Exception {
    try (LiveService service = serve("chunks", Pipelines::echo);
        RawHttp http = service.connect()) {
      RawRequest post = RawRequest.of("POST", service.path());
      byte[] body = random(100_000);
      assertThat(http.call(post.chunked(new byte[0], 1)).body()).isEmpty();
      assertThat(http.call(post.chunked(new byte[] {7}, 1)).body()).containsExactly(7);
      assertThat(http.call(post.chunked(body, 777)).body()).isEqualTo(body);
    }
  }

  @Test
  default void chunkExtensionsAndTrailersAreNotPartOfTheBody() throws Exception {
    try (LiveService service = serve("trailers", Pipelines::echo);
        RawHttp http = service.connect()) {
      http.send(RawRequest.of("POST", service.path()).header("Transfer-Encoding", "chunked"));
      http.send("5;name=value\r\nhello\r\n0\r\nX-Trailer: yes\r\n\r\n");
      assertThat(http.read().text()).isEqualTo("hello");
      assertThat(http.call(RawRequest.post(service.path(), "next")).text()).isEqualTo("next");
    }
  }

  @Test
  default void aBrokenChunkIsAnswered400() throws Exception {
    try (LiveService service = serve("broken_chunks", Pipelines::echo);
        RawHttp http = service.connect()) {
      http.send(RawRequest.of("POST", service.path()).header("Transfer-Encoding", "chunked"));
      http.send("zz\r\nhello\r\n0\r\n\r\n");
      Json.problem(http.read(), 400);
      assertThat(service.post("next").text()).isEqualTo("next");
      assertThat(service.state().openExchanges()).isZero();
    }
  }

  @Test
  default void aClientThatExpects100ContinueGetsIt() throws Exception {
    try (LiveService service = serve("continue", Pipelines::echo);
        RawHttp http = service.connect()) {
      RawRequest post = RawRequest.post(service.path(), "later").header("Expect", "100-continue");
      http.send(post.head());
      assertThat(http.read().status()).isEqualTo(100);
      http.send(post.framedBody());
      assertThat(http.read().text()).isEqualTo("later");
      assertThat(http.call(RawRequest.post(service.path(), "next")).text()).isEqualTo("next");
    }
  }

  @Test
  default void aClientThatSendsHalfABodyAndLeavesIsForgotten() throws Exception {
    try (LiveService service = serve("half", Pipelines::echo)) {
      byte[] half = Arrays.copyOf(RawRequest.post(service.path(), "x".repeat(1000)).bytes(), 500);
      RawHttp closing = service.connect().send(half);
      RawHttp resetting = service.connect().send(half);
      RawHttp ending = service.connect().send(half);
      ending.endOutput();
      closing.close();
      resetting.reset();
      assertThat(service.post("next").text()).isEqualTo("next");
      // Only the whole request ever became an exchange.
      assertThat(service.state().accepted()).isEqualTo(1);
      assertThat(service.state().openExchanges()).isZero();
      ending.close();
    }
  }

  @Test
  default void aSlowClientDoesNotHoldUpOthers() throws Exception {
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (LiveService service = serve("slow_body", Pipelines::echo);
        RawHttp slow = service.connect()) {
      assertThat(service.post("warm").text()).isEqualTo("warm");
      byte[] body = random(1000);
      byte[] request = RawRequest.post(service.path(), body).bytes();
      CompletableFuture<Void> sent =
          Trickle.send(scheduler, slow, request, 25, Duration.ofMillis(200));
      int servedMeanwhile = 0;
      while (!sent.isDone() && servedMeanwhile < 5) {
        assertThat(service.post("quick").text()).isEqualTo("quick");
        servedMeanwhile++;
      }
      assertThat(sent).isNotDone();
      assertThat(servedMeanwhile).isEqualTo(5);
      sent.join();
      assertThat(slow.read().body()).isEqualTo(body);
    } finally {
      scheduler.shutdownNow();
    }
  }

  @Test
  default void aSlowReaderDoesNotHoldUpOthers() throws Exception {
    try (LiveService service = serve("slow_reader", BodyContract::largeOrSmall);
        RawHttp slow = RawHttp.connectWithReceiveBuffer(service.port(), 1 << 19)) {
      slow.send(RawRequest.get(service.path() + "/large"));
      for (int i = 0; i < 5; i++) {
        assertThat(service.get("/small").text()).isEqualTo("0123456789abcdef");
      }
      RawResponse large = slow.read();
      assertThat(large.text()).isEqualTo("0123456789abcdef".repeat(1 << 20));
      assertThat(slow.call(RawRequest.get(service.path() + "/small")).text())
          .isEqualTo("0123456789abcdef");
    }
  }

  @Test
  default void aReaderThatLeavesInTheMiddleOfALargeReplyIsForgotten() throws Exception {
    try (LiveService service = serve("left_reading", BodyContract::largeOrSmall)) {
      RawHttp leaving = RawHttp.connectWithReceiveBuffer(service.port(), 1 << 19);
      leaving.send(RawRequest.get(service.path() + "/large"));
      assertThat(leaving.closedByServer()).isFalse();
      leaving.reset();
      service.awaitNothingOpen();
      assertThat(service.get("/small").text()).isEqualTo("0123456789abcdef");
    }
  }

  /** Sixteen megabytes, or sixteen bytes; made in the row, as a constant would be shipped along. */
  private static Dataset<Row> largeOrSmall(Dataset<Row> requests) {
    return Pipelines.text(
        requests,
        expr("repeat('0123456789abcdef', if(request.requestLine.uri like '%/large', 1048576, 1))"));
  }

  @Test
  default void textOfEveryPlaneComesBackAsItWas() throws Exception {
    String text = "\u0000 \t \" \\ \u007f é € \ufeff 😀 \r\n";
    try (LiveService service = serve("planes", Pipelines::bodyText)) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      assertThat(service.call(RawRequest.post(service.path(), body)).body()).isEqualTo(body);
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }
}
