package io.sparkserving.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.TurnedTimer;
import io.sparkserving.testing.TurnedClock;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.immutable.Nil$;
import scala.collection.immutable.Seq;

class CoreDemandTest {
  private static final int STAGE = 5;

  private final TurnedClock clock = new TurnedClock();
  private final TurnedTimer timer = new TurnedTimer(clock);
  private final AtomicInteger told = new AtomicInteger();
  private final CoreDemand demand = new CoreDemand(timer, clock, told::incrementAndGet, null);

  @Test
  void tasksThatBeginInTimeNeedNobodysCore() {
    submit(2);
    start();
    start();
    advance(500);

    assertThat(told).hasValue(0);
  }

  @Test
  void tasksThatWaitAreTold() {
    submit(2);
    start();
    advance(60);

    assertThat(told).hasValue(1);
  }

  @Test
  void aTaskWhoseExecutorIsLostWaitsForACoreAgain() {
    submit(2);
    start();
    start();
    advance(500);
    end(new ExecutorLostFailure("1", true, Option.empty()));
    advance(60);
    assertThat(told).hasValue(1);

    start();
    advance(1000);
    assertThat(told).hasValue(1);
  }

  @Test
  void aTaskThatIsDoneOrKilledDoesNot() {
    submit(2);
    start();
    start();
    end(Success$.MODULE$);
    end(new TaskKilled("another attempt succeeded", none(), none(), none()));
    advance(1000);

    assertThat(told).hasValue(0);
  }

  @Test
  void aStageThatIsOverNeedsNothing() {
    submit(1);
    start();
    complete();
    end(new ExecutorLostFailure("1", true, Option.empty()));
    advance(1000);

    assertThat(told).hasValue(0);
  }

  private void advance(int millis) {
    for (int i = 0; i < millis; i += 10) {
      timer.advance(Duration.ofMillis(10));
    }
  }

  private static StageInfo stage(int tasks) {
    return new StageInfo(
        STAGE, 0, "stage", tasks, none(), none(), "", null, none(), Option.empty(), 0, false, 0);
  }

  @SuppressWarnings("unchecked")
  private static <T> Seq<T> none() {
    return (Seq<T>) Nil$.MODULE$;
  }

  private static TaskInfo task() {
    return new TaskInfo(1, 0, 0, 0, 0, "1", "host", TaskLocality.ANY(), false);
  }

  private void submit(int tasks) {
    demand.onStageSubmitted(new SparkListenerStageSubmitted(stage(tasks), new Properties()));
  }

  private void start() {
    demand.onTaskStart(new SparkListenerTaskStart(STAGE, 0, task()));
  }

  private void end(TaskEndReason reason) {
    demand.onTaskEnd(
        new SparkListenerTaskEnd(
            STAGE, 0, "task", reason, task(), new ExecutorMetrics(), new TaskMetrics()));
  }

  private void complete() {
    demand.onStageCompleted(new SparkListenerStageCompleted(stage(1)));
  }
}
