package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One connection, one request or many. */
interface ConnectionContract extends ContractServices {

  @Test
  default void aConnectionStaysOpenForMoreRequests() throws Exception {
    try (LiveService service = serve("kept", Pipelines::address);
        RawHttp http = service.connect()) {
      for (int i = 0; i < 5; i++) {
        RawResponse response = http.call(RawRequest.get("/kept/" + i));
        assertThat(response.text()).isEqualTo("/kept/" + i);
        assertThat(response.header("Connection").orElse("")).isNotEqualToIgnoringCase("close");
      }
    }
  }

  @Test
  default void connectionCloseEndsTheConnectionAfterTheReply() throws Exception {
    try (LiveService service = serve("closed", Pipelines::address);
        RawHttp http = service.connect()) {
      RawResponse response = http.call(RawRequest.get("/closed/x").header("Connection", "close"));
      assertThat(response.text()).isEqualTo("/closed/x");
      assertThat(response.header("Connection").orElse("")).isEqualToIgnoringCase("close");
      assertThat(http.closedByServer()).isTrue();
    }
  }

  @Test
  default void http10IsAnsweredAndClosed() throws Exception {
    try (LiveService service = serve("old", Pipelines::echo);
        RawHttp http = service.connect()) {
      RawResponse response = http.call(RawRequest.post("/old", "hello").http10());
      assertThat(response.text()).isEqualTo("hello");
      assertThat(response.header("Transfer-Encoding")).isEmpty();
      assertThat(http.closedByServer()).isTrue();
    }
  }

  @Test
  default void http10WithKeepAliveStaysOpen() throws Exception {
    try (LiveService service = serve("old_kept", Pipelines::echo);
        RawHttp http = service.connect()) {
      for (String text : new String[] {"one", "two"}) {
        RawRequest request =
            RawRequest.post("/old_kept", text).header("Connection", "keep-alive").http10();
        assertThat(http.call(request).text()).isEqualTo(text);
      }
    }
  }

  @Test
  default void http10NeedsNoHost() throws Exception {
    try (LiveService service = serve("hostless", Pipelines::address);
        RawHttp http = service.connect()) {
      assertThat(http.send("GET /hostless HTTP/1.0\r\n\r\n").read().text()).isEqualTo("/hostless");
    }
  }

  @Test
  default void oneConnectionServesHundredsOfRequests() throws Exception {
    ServiceSpec spec = ServiceSpec.of("hundreds", Pipelines::echo).writing(quickBatchOptions());
    try (LiveService service = serve(spec)) {
      LoadReport report =
          new LoadClient(service.port(), 1, 300, Duration.ofMinutes(2))
              .run(
                  i -> RawRequest.post("/hundreds", "request " + i),
                  (i, response) -> response.text().equals("request " + i));
      assertThat(report).matches(all -> all.isAll(200), "every request answered with its own body");
      service.awaitNothingOpen();
    }
  }

  @Test
  default void manyConnectionsEachGetTheirOwnReplies() throws Exception {
    ServiceSpec spec = ServiceSpec.of("many", Pipelines::echo).writing(quickBatchOptions());
    try (LiveService service = serve(spec)) {
      LoadReport report =
          new LoadClient(service.port(), 32, 2000, Duration.ofMinutes(1))
              .run(
                  i -> RawRequest.post("/many", "request " + i),
                  (i, response) -> response.text().equals("request " + i));
      assertThat(report).matches(all -> all.isAll(200), "every request answered with its own body");
      service.awaitNothingOpen();
    }
  }

  @Test
  default void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (LiveService service = serve("pipelined", Pipelines::echo);
        RawHttp http = service.connect()) {
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      for (int i = 0; i < 20; i++) {
        requests.writeBytes(RawRequest.post("/pipelined", "request " + i).bytes());
      }
      http.send(requests.toByteArray());
      for (int i = 0; i < 20; i++) {
        assertThat(http.read().text()).isEqualTo("request " + i);
      }
    }
  }

  @Test
  default void aRequestLineInManyPiecesIsOneRequest() throws Exception {
    try (LiveService service = serve("pieces", Pipelines::echo);
        RawHttp http = service.connect()) {
      for (byte each : RawRequest.post("/pieces", "hello").bytes()) {
        http.send(new byte[] {each});
      }
      assertThat(http.read().text()).isEqualTo("hello");
    }
  }

  /** Java's own client makes the offer with each first request. */
  @Test
  default void anOfferOfHttp2InTheOpenIsPassedOverAndItsBodyRead() throws Exception {
    try (LiveService service = serve("offered", Pipelines::echo);
        RawHttp http = service.connect()) {
      RawRequest offer =
          RawRequest.of("POST", "/offered")
              .header("Connection", "Upgrade, HTTP2-Settings")
              .header("Upgrade", "h2c")
              .header("HTTP2-Settings", "AAMAAABkAAQAAP__");
      for (String text : List.of("", "hello ".repeat(20_000))) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        for (RawRequest request : List.of(offer.body(body), offer.chunked(body, 10_000))) {
          RawResponse response = http.call(request);
          assertThat(response.status()).isEqualTo(200);
          assertThat(response.version()).isEqualTo("HTTP/1.1");
          assertThat(response.text()).isEqualTo(text);
        }
      }
    }
  }

  @Test
  default void aRequestWithTwoFramingsIsRefused() throws Exception {
    try (LiveService service = serve("smuggled", Pipelines::echo);
        RawHttp http = service.connect()) {
      http.send(
          "POST /smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled/x HTTP/1.1\r\n\r\n");
      assertThat(http.read().status()).isEqualTo(400);
      assertThat(http.closedByServer()).isTrue();
      assertThat(service.state().accepted()).isZero();
    }
  }
}
