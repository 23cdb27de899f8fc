package io.sparkserving.server.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.exchange.Exchange;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawHttp2;
import io.sparkserving.testing.RawRequest;
import java.io.EOFException;
import java.io.IOException;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors of the JVM on the way of a request and of its answer. */
class ErrorAnswerTest {
  private final AtomicReference<Error> whenItWaits = new AtomicReference<>();
  private final AtomicReference<Error> whenItIsMeasured = new AtomicReference<>();
  private final ListenerFixture fixture =
      ListenerFixture.start(
          () -> throwOnce(whenItWaits),
          () -> {
            throwOnce(whenItIsMeasured);
            return Instant.EPOCH;
          });

  private static Stream<Error> errors() {
    return Stream.of(
        new OutOfMemoryError("of the test"),
        new StackOverflowError("of the test"),
        new NoClassDefFoundError("of the test"),
        new LinkageError("of the test"));
  }

  /** Cannot be read. */
  private static final class Unreadable extends AbstractList<Header> {
    private final Error error;

    private Unreadable(Error error) {
      this.error = error;
    }

    @Override
    public Header get(int index) {
      throw error;
    }

    @Override
    public int size() {
      return 1;
    }
  }

  private static void throwOnce(AtomicReference<Error> error) {
    Error thrown = error.getAndSet(null);
    if (thrown != null) {
      throw thrown;
    }
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void assertThatTheErrorIsPassedOn(Exchange exchange, Error error) {
    ReplyMessage reply = new ReplyMessage(200, new Unreadable(error), new byte[0]);
    assertThatThrownBy(() -> fixture.service.answer(exchange.id(), reply)).isSameAs(error);
    assertThat(fixture.service.openExchanges()).isZero();
  }

  @ParameterizedTest
  @MethodSource("errors")
  void anErrorWhileReplyingIsAnswered500AndPassedOn(Error error) throws Exception {
    try (RawHttp http = RawHttp.connect(fixture.port())) {
      http.send(RawRequest.get("/api"));
      assertThatTheErrorIsPassedOn(fixture.take(), error);
      assertThat(http.read().status()).isEqualTo(500);
    }
  }

  @ParameterizedTest
  @MethodSource("errors")
  void anErrorWhileReplyingOverHttp2LeavesNoStreamOpen(Error error) throws Exception {
    try (RawHttp2 http = RawHttp2.connect(fixture.port())) {
      http.post(1, "/api", "body");
      assertThatTheErrorIsPassedOn(fixture.take(), error);
      assertThat(http.readAnswers(1).get(0).isOk()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("errors")
  void anErrorWhileARequestComesInIsAnswered500(Error error) throws Exception {
    byte[] request = RawRequest.post("/api", "a body in two pieces").bytes();
    try (RawHttp http = RawHttp.connect(fixture.port())) {
      http.send(Arrays.copyOf(request, request.length - 5));
      whenItWaits.set(error);
      http.send(Arrays.copyOfRange(request, request.length - 5, request.length));
      assertThat(http.read().status()).isEqualTo(500);
    }
  }

  @Test
  void anErrorWhileAnAnswerIsMeasuredDoesNotKeepTheConnectionFromItsNextRequest() throws Exception {
    try (RawHttp http = RawHttp.connect(fixture.port())) {
      http.send(RawRequest.get("/api"));
      Exchange exchange = fixture.take();
      whenItIsMeasured.set(new NoClassDefFoundError("of the test"));
      fixture.service.answer(exchange.id(), new ReplyMessage(404, List.of(), new byte[0]));
      assertThat(http.read().status()).isEqualTo(404);
      assertThat(answersOrCloses(http)).isTrue();
    }
  }

  private boolean answersOrCloses(RawHttp http) throws IOException {
    try {
      http.send(RawRequest.get("/livez"));
      return http.read().status() == 200;
    } catch (EOFException e) {
      return true;
    }
  }
}
