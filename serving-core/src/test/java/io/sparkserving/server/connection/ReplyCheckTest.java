package io.sparkserving.server.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyCheckTest {
  private static ReplyMessage reply(int status, String name, String value) {
    return new ReplyMessage(status, List.of(new Header(name, value)), new byte[0]);
  }

  private static @Nullable String findProblem(ReplyMessage reply) {
    return ReplyCheck.findProblem(reply, ReplyCheck.MOST_HEADER_BYTES);
  }

  @Test
  void ordinaryRepliesPass() {
    assertThat(findProblem(reply(200, "X-One", "a\tb é"))).isNull();
    assertThat(findProblem(reply(599, "x_1.2~", ""))).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 99, 100, 199, 600})
  void otherStatusesDoNot(int status) {
    assertThat(findProblem(reply(status, "X", "a"))).contains("status " + status);
  }

  @Test
  void headersThatTheClientDoesNotTakeDoNot() {
    ReplyMessage reply = reply(200, "X", "a".repeat(1000));
    assertThat(ReplyCheck.findProblem(reply, 1033)).isNull();
    assertThat(ReplyCheck.findProblem(reply, 1032)).contains("1033 bytes", "1032 at most");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "a\r\nb", "é"})
  void namesThatAreNoTokensDoNot(String name) {
    assertThat(findProblem(reply(200, name, "a"))).contains("header name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nSet-Cookie: b", "a\nb", "a\u0000b", "a\u007fb", " a", "a\t", "€"})
  void valuesWithControlCharactersDoNot(String value) {
    assertThat(findProblem(reply(200, "X", value))).contains("header X");
  }
}
