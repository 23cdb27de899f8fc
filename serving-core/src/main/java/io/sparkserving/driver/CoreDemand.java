package io.sparkserving.driver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.util.Timer;
import io.sparkserving.exchange.NanoClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Whether tasks of any query or job wait for a core. Those of a service that could go on are told
 * to end then, and again every so often for as long as any wait. Spark's listener thread tells of
 * stages and tasks, and the timer's thread looks.
 */
public final class CoreDemand extends SparkListener {
  /** Spark starts tasks within this time where there are cores for them. */
  private static final long PATIENCE_NANOS = Duration.ofMillis(50).toNanos();

  /** How long a batch may go on though others wait: to plan another one takes a core too. */
  private static final long SHARE_NANOS = BatchLength.SHORT.toNanos();

  private record Stage(int id, int attempt) {}

  /** Tasks of a stage that have not begun, also those to be tried again, and since when. */
  private record Waiting(int tasks, long since) {}

  private final Timer timer;
  private final NanoClock clock;
  private final Runnable giveWay;
  private final @Nullable SparkContext spark;

  @GuardedBy("this")
  private final Map<Stage, Waiting> waiting = new HashMap<>();

  @GuardedBy("this")
  private boolean willLook;

  @GuardedBy("this")
  private boolean hasStopped;

  @GuardedBy("this")
  private Optional<Long> yielded = Optional.empty();

  CoreDemand(Timer timer, NanoClock clock, Runnable giveWay, @Nullable SparkContext spark) {
    this.timer = timer;
    this.clock = clock;
    this.giveWay = giveWay;
    this.spark = spark;
  }

  /**
   * Watches the stages of the Spark of this JVM, if there is one, until {@link #stop}.
   *
   * @param giveWay tells tasks to end; does not wait
   */
  public static CoreDemand watch(Timer timer, NanoClock clock, Runnable giveWay) {
    Option<SparkContext> active = SparkContext$.MODULE$.getActive();
    CoreDemand demand =
        new CoreDemand(timer, clock, giveWay, active.isDefined() ? active.get() : null);
    if (demand.spark != null) {
      demand.spark.addSparkListener(demand);
    }
    return demand;
  }

  /** Ends the watch. */
  public void stop() {
    if (spark != null) {
      spark.removeSparkListener(this);
    }
    synchronized (this) {
      hasStopped = true;
    }
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
    Stage stage = new Stage(event.stageInfo().stageId(), event.stageInfo().attemptNumber());
    waiting.put(stage, new Waiting(event.stageInfo().numTasks(), clock.nanoTime()));
    if (!willLook) {
      lookLater();
    }
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart event) {
    waiting.computeIfPresent(
        new Stage(event.stageId(), event.stageAttemptId()),
        (stage, left) -> new Waiting(Math.max(0, left.tasks() - 1), left.since()));
  }

  /** A task that has failed, or whose executor is lost, waits for a core again. */
  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    boolean isTriedAgain =
        event.reason() instanceof TaskFailedReason && !(event.reason() instanceof TaskKilled);
    if (isTriedAgain) {
      long now = clock.nanoTime();
      waiting.computeIfPresent(
          new Stage(event.stageId(), event.stageAttemptId()),
          (stage, left) -> new Waiting(left.tasks() + 1, left.tasks() == 0 ? now : left.since()));
      if (!willLook) {
        lookLater();
      }
    }
  }

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted event) {
    waiting.remove(new Stage(event.stageInfo().stageId(), event.stageInfo().attemptNumber()));
  }

  @GuardedBy("this")
  private void lookLater() {
    willLook = true;
    timer.newTimeout(fired -> look(), PATIENCE_NANOS, TimeUnit.NANOSECONDS);
  }

  /** Runs on the timer's thread. */
  private void look() {
    if (isTimeToYield()) {
      giveWay.run();
    }
  }

  private synchronized boolean isTimeToYield() {
    willLook = false;
    if (hasStopped || waiting.values().stream().noneMatch(stage -> stage.tasks() > 0)) {
      return false;
    }
    lookLater();
    long now = clock.nanoTime();
    boolean isNeeded =
        waiting.values().stream()
            .anyMatch(stage -> stage.tasks() > 0 && now - stage.since() >= PATIENCE_NANOS);
    boolean isTime = yielded.isEmpty() || now - yielded.get() >= SHARE_NANOS;
    if (isNeeded && isTime) {
      yielded = Optional.of(now);
      return true;
    }
    return false;
  }
}
