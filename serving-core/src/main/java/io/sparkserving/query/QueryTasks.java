package io.sparkserving.query;

import io.sparkserving.exchange.NanoClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.apache.spark.sql.streaming.StreamingQuery;

/** The tasks that a query has left behind when it was stopped. */
final class QueryTasks {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(10);

  private QueryTasks() {}

  /**
   * Waits, for two seconds at most, until the tasks of a query that was stopped have ended. Spark
   * kills these tasks, and does not wait: a context that is stopped as well takes from under them
   * what they give back at their end, and their listeners fail. Returns at once if the thread is
   * interrupted, and leaves the thread so.
   */
  static void awaitEnd(StreamingQuery stopped) {
    JavaSparkStatusTracker tracker =
        JavaSparkContext.fromSparkContext(stopped.sparkSession().sparkContext()).statusTracker();
    String group = stopped.runId().toString();
    awaitEnd(() -> isAnyActive(tracker, group), NanoClock.SYSTEM);
  }

  static void awaitEnd(BooleanSupplier isAnyActive, NanoClock clock) {
    long deadline = clock.nanoTime() + PATIENCE.toNanos();
    try {
      while (isAnyActive.getAsBoolean() && clock.nanoTime() < deadline) {
        clock.sleep(LOOK.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isAnyActive(JavaSparkStatusTracker tracker, String group) {
    return Arrays.stream(tracker.getJobIdsForGroup(group))
        .mapToObj(tracker::getJobInfo)
        .filter(Objects::nonNull)
        .flatMapToInt(job -> Arrays.stream(job.stageIds()))
        .mapToObj(tracker::getStageInfo)
        .filter(Objects::nonNull)
        .mapToInt(SparkStageInfo::numActiveTasks)
        .anyMatch(active -> active > 0);
  }
}
