package io.sparkserving.task.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.spark.SparkException;
import org.apache.spark.TaskKilledException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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

  /**
   * What tasks of Spark 4.3 met when an executor was killed, or a batch ended on a busy machine.
   */
  private static List<Throwable> lossesInTheCluster() {
    return List.of(
        new TaskKilledException(
            "Stage cancelled: Job aborted due to stage failure: Task 1 in stage 22.0 failed 1 times,"
                + " most recent failure: Lost task 1.0 in stage 22.0 (TID 66) (127.0.0.1 executor"
                + " 1): ExecutorLostFailure (executor 1 exited caused by one of the running tasks)"),
        new SparkException(
            "Connection to streaming shuffle writer 66 closed before termination; the writer task"
                + " likely failed."),
        new CompletionException(new ChannelException("closed")));
  }

  @ParameterizedTest
  @MethodSource
  void lossesInTheCluster(Throwable failure) {
    assertThat(TaskAttempts.isOfCluster(failure)).isTrue();
  }

  @Test
  void whatRowsMakeTasksFailOfIsNoLossInTheCluster() {
    String reason = "Stage cancelled: [FAILED_EXECUTE_UDF] User defined function failed";

    assertThat(TaskAttempts.isOfCluster(new TaskKilledException(reason))).isFalse();
    assertThat(TaskAttempts.isOfCluster(new ArithmeticException("/ by zero"))).isFalse();
  }
}
