package io.sparkserving.server.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyCheckTest {
  private static ReplyMessage reply(int status, String name, String value) {
    return new ReplyMessage(status, List.of(new Header(name, value)), new byte[0]);
  }

  @Test
  void ordinaryRepliesPass() {
    assertThat(ReplyCheck.findProblem(reply(200, "X-One", "a\tb é"))).isNull();
    assertThat(ReplyCheck.findProblem(reply(599, "x_1.2~", ""))).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 99, 100, 199, 600})
  void otherStatusesDoNot(int status) {
    assertThat(ReplyCheck.findProblem(reply(status, "X", "a"))).contains("status " + status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "a\r\nb", "é"})
  void namesThatAreNoTokensDoNot(String name) {
    assertThat(ReplyCheck.findProblem(reply(200, name, "a"))).contains("header name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nSet-Cookie: b", "a\nb", "a\u0000b", "a\u007fb"})
  void valuesWithControlCharactersDoNot(String value) {
    assertThat(ReplyCheck.findProblem(reply(200, "X", value))).contains("header X");
  }
}
