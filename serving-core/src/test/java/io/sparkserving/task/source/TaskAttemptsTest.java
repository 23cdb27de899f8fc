package io.sparkserving.task.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskAttemptsTest {
  @ParameterizedTest
  @CsvSource({
    "true,local,4,0",
    "true,local[2],4,0",
    "true,local[*],4,0",
    "true,'local[2,3]',4,2",
    "true,'local[*, 5]',4,4",
    "false,'local-cluster[2,1,1024]',4,3",
    "false,spark://host:7077,8,7"
  })
  void theLastTryIsTheOneAfterWhichSparkGivesUp(
      boolean local, String master, String maxFailures, int last) {
    assertThat(TaskAttempts.last(local, master, maxFailures)).isEqualTo(last);
  }
}
