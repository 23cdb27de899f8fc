package io.sparkserving.server.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.exchange.Problems;
import io.sparkserving.options.ConnectionLimits;
import io.sparkserving.options.TransportConfiguration;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawResponse;
import java.util.Optional;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client is told of a request that Jetty does not take for one. */
@Timeout(60)
class MalformedRequestTest {
  private static final String POST = "POST /api HTTP/1.1\r\nHost: localhost\r\n";

  private final PublicPort port =
      new PublicPort(
          new QueuedThreadPool(),
          "localhost",
          0,
          new TransportConfiguration(Optional.empty(), true, ConnectionLimits.DEFAULT));

  /** Reads the body, as services do, and fails where it is told to. */
  private static final class Reading extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (request.getHttpURI().getPath().equals("/fail")) {
        throw new IllegalStateException("a secret of the server's");
      }
      Content.Source.asByteBuffer(
          request,
          Promise.from(
              body -> EarlyAnswer.send(request, response, callback, Problems.stopped()),
              callback::failed));
      return true;
    }
  }

  @BeforeEach
  void start() {
    port.start(new Reading(), "the test");
  }

  @AfterEach
  void stop() {
    port.stop();
  }

  private String detail(String request, int status) throws Exception {
    try (RawHttp http = RawHttp.connect(port.number())) {
      http.send(request);
      RawResponse answer = http.read();
      assertThat(answer.status()).as(answer.text()).isEqualTo(status);
      assertThat(answer.header("Content-Type")).contains("application/problem+json");
      assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
      assertThat(answer.text()).doesNotContain("Exception", "io.spark", "org.eclipse");
      JsonNode problem = new ObjectMapper().readTree(answer.body());
      assertThat(problem.path("status").asInt()).isEqualTo(status);
      return problem.path("detail").textValue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gibberish,                        400, No URI",
    "GET /api,                         505, HTTP/0.9",
    "GET /api HTTP/9.9|Host: x,        505, Unknown Version",
    "GET /api HTTP/1.1,                400, No Host",
    "GET /api HTTP/1.1|Host: a|Host: b, 400, Duplicate Host",
    "GET /api HTTP/1.1|Host: a b<c>,   400, HostPort",
    "G<T /api HTTP/1.1|Host: x,        400, Illegal character",
    "GET /%zz HTTP/1.1|Host: x,        400, Invalid request target",
    "GET /../b HTTP/1.1|Host: x,       400, Invalid request target",
    "GET /%2e%2e/b HTTP/1.1|Host: x,   400, Invalid request target",
    "GET api HTTP/1.1|Host: x,         400, Invalid request target",
    "GET /%c0%af HTTP/1.1|Host: x,     400, Bad UTF-8 encoding",
    "GET /a/..;/b HTTP/1.1|Host: x,    400, Ambiguous URI path parameter",
    "GET http://y/ HTTP/1.1|Host: x,   400, Authority!=Host",
  })
  void aRequestLineOrHostIsNamed(String request, int status, String expected) throws Exception {
    assertThat(detail(request.replace("|", "\r\n") + "\r\n\r\n", status)).contains(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length: 4|Transfer-Encoding: chunked, Transfer-Encoding and Content-Length",
    "Transfer-Encoding: chunked|Content-Length: 4, Transfer-Encoding and Content-Length",
    "Content-Length: 6|Content-Length: 9,          Multiple Content-Lengths",
    "Content-Length: -1,                           Invalid Content-Length",
    "Content-Length: 99999999999999999999,         Invalid Content-Length",
    "Transfer-Encoding: xchunked,                  Bad Transfer-Encoding",
    "Transfer-Encoding : chunked,                  Illegal character",
    "na me: x,                                     Illegal character",
    "no colon at all,                              Illegal character",
    "X: a| folded,                                 Line Folding",
    "Transfer-Encoding: chunked||zz|,              Early EOF",
    "Transfer-Encoding: chunked||fffffffffffffffff|, Early EOF",
  })
  void aHeaderOrBodyIsNamed(String headers, String expected) throws Exception {
    assertThat(detail(POST + headers.replace("|", "\r\n") + "\r\n\r\n", 400)).contains(expected);
  }

  @Test
  void whatIsTooLongIsNamed() throws Exception {
    String much = "x".repeat(1 << 16);
    assertThat(detail("GET /" + much + " HTTP/1.1\r\nHost: x\r\n\r\n", 414)).contains("URI");
    assertThat(detail(POST + "X: " + much + "\r\n\r\n", 431)).contains("Header Fields Too Large");
  }

  /** The log has it. */
  @Test
  void whatTheServerFailsOnIsNotTold() throws Exception {
    assertThat(detail("GET /fail HTTP/1.1\r\nHost: x\r\n\r\n", 500)).doesNotContain("secret");
  }

  @Test
  void aBodyThatEndsEarlyIsNamed() throws Exception {
    try (RawHttp http = RawHttp.connect(port.number())) {
      http.send(POST + "Content-Length: 10\r\n\r\nabc");
      http.endOutput();
      assertThat(http.read().text()).contains("\"status\":400", "Early EOF");
    }
  }
}
