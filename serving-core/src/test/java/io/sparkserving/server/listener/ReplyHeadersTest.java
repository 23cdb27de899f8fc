package io.sparkserving.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.testing.LogCapture;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawHttp2;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever headers a reply has, it is sent over both protocols or answered 500 over both. */
class ReplyHeadersTest {
  private final ListenerFixture fixture = ListenerFixture.start(Map.of());

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void assertThatBothProtocolsAnswerTheSame(List<ReplyMessage> replies) throws Exception {
    try (RawHttp http = RawHttp.connect(fixture.port());
        RawHttp2 http2 = RawHttp2.connect(fixture.port())) {
      int stream = 1;
      for (ReplyMessage reply : replies) {
        http.send(RawRequest.get("/api"));
        fixture.service.answer(fixture.take().id(), reply);
        RawResponse answer = http.read();
        http2.post(stream, "/api", "");
        fixture.service.answer(fixture.take().id(), reply);
        boolean isOk = http2.readAnswers(1).get(0).isOk();
        stream += 2;

        assertThat(answer.status() == 200).as("%s", reply).isEqualTo(isOk);
        if (!isOk) {
          assertThat(answer.text()).contains("invalid reply", "header");
        }
      }
    }
  }

  private static ReplyMessage reply(Header... headers) {
    return new ReplyMessage(200, List.of(headers), new byte[0]);
  }

  @Test
  void theLogTellsOfAReplyThatCannotBeSentOverEitherProtocol() throws Exception {
    try (LogCapture log = LogCapture.silencing("io.sparkserving", Level.WARN)) {
      assertThatBothProtocolsAnswerTheSame(List.of(reply(new Header("X-Value", "fine"))));
      assertThat(log.lines()).isEmpty();
      assertThatBothProtocolsAnswerTheSame(List.of(reply(new Header("X-Value", "a\nb"))));
      assertThat(log.lines())
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).startsWith("Invalid reply to /api: "));
    }
  }

  @Test
  void everyCharacterInEveryPlace() throws Exception {
    List<ReplyMessage> replies = new ArrayList<>();
    for (int character :
        IntStream.concat(IntStream.range(0, 0x110), IntStream.of(0x20ac)).toArray()) {
      String text = Character.toString(character);
      replies.add(reply(new Header("X-Value", text + "a")));
      replies.add(reply(new Header("X-Value", "a" + text)));
      replies.add(reply(new Header("X-Value", "a" + text + "b")));
      replies.add(reply(new Header("X-Value", text)));
    }
    assertThatBothProtocolsAnswerTheSame(replies);
  }

  @Test
  void headersOfAnySize() throws Exception {
    List<ReplyMessage> replies = new ArrayList<>();
    for (int size :
        new int[] {4_000, 8_100, 8_300, 14_000, 15_900, 16_300, 16_400, 17_000, 70_000}) {
      replies.add(reply(new Header("X-Long", "a".repeat(size))));
      replies.add(
          new ReplyMessage(
              200,
              Collections.nCopies(size / 40, new Header("X-Many", "a".repeat(10))),
              new byte[0]));
    }
    assertThatBothProtocolsAnswerTheSame(replies);
  }

  @Test
  void aReplyWithADateHasNoOther() throws Exception {
    String date = "Tue, 15 Nov 1994 08:12:31 GMT";
    try (RawHttp http = RawHttp.connect(fixture.port())) {
      http.send(RawRequest.get("/api"));
      fixture.service.answer(fixture.take().id(), reply(new Header("date", date)));
      assertThat(http.read().headers("Date")).containsExactly(date);
      http.send(RawRequest.get("/api"));
      fixture.service.answer(fixture.take().id(), reply());
      assertThat(http.read().headers("Date")).hasSize(1).doesNotContain(date);
    }
  }
}
