package io.sparkserving.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.exchange.TaskPoll;
import io.sparkserving.exchange.TaskPoll.Answer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MoreRequestsTest {
  private static final LeaseKey KEY = new LeaseKey(3, 1L << 40, 17);

  @Test
  void aQuestionComesAsItWasSent() throws IOException {
    TaskPoll full = new TaskPoll(KEY, true, 2, Set.of(5L, 1L << 50), 900);
    TaskPoll unknown = new TaskPoll(KEY, false, 0, null, 1);

    assertThat(MoreRequests.readPoll(MoreRequests.toBytes(full))).isEqualTo(full);
    assertThat(MoreRequests.readPoll(MoreRequests.toBytes(unknown))).isEqualTo(unknown);
  }

  @Test
  void wordsOfTheEndComeAsTheyWereSent() throws IOException {
    MoreRequests.Failure failure = new MoreRequests.Failure(KEY, true);

    assertThat(MoreRequests.readKey(MoreRequests.toBytes(KEY))).isEqualTo(KEY);
    assertThat(MoreRequests.readFailure(MoreRequests.toBytes(failure))).isEqualTo(failure);
  }

  @Test
  void noRequestsAreAnotherAnswerThanTheEnd() throws IOException {
    byte[] end = MoreRequests.toBytes(new Answer.End());
    byte[] none = MoreRequests.toBytes(new Answer.Requests(List.of()));

    assertThat(MoreRequests.readAnswer(end, (id, micros, message) -> id)).isEmpty();
    assertThat(MoreRequests.readAnswer(none, (id, micros, message) -> id)).contains(List.of());
  }

  @Test
  void whatIsCutShortOrOfAnotherVersionIsRefused() {
    byte[] question = MoreRequests.toBytes(new TaskPoll(KEY, true, 1, Set.of(5L), 900));
    byte[] other = question.clone();
    other[0] = 9;

    for (int length = 0; length < question.length; length++) {
      byte[] cut = Arrays.copyOf(question, length);
      assertThatIOException().isThrownBy(() -> MoreRequests.readPoll(cut));
    }
    assertThatIOException()
        .isThrownBy(() -> MoreRequests.readPoll(other))
        .withMessageContaining("version 9");
  }
}
