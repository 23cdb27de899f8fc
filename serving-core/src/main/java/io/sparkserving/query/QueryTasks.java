package io.sparkserving.query;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.apache.spark.sql.streaming.StreamingQuery;

/** The tasks of a query. */
public final class QueryTasks {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long LOOK_MILLIS = 10;

  private QueryTasks() {}

  /**
   * Waits, for two seconds at most, until the tasks of a query that was stopped have ended. Spark
   * kills them, and does not wait: a context that is stopped as well takes from under them what
   * they give back at their end, and their listeners fail.
   */
  public static void awaitEnd(StreamingQuery stopped) {
    JavaSparkStatusTracker tracker =
        JavaSparkContext.fromSparkContext(stopped.sparkSession().sparkContext()).statusTracker();
    String group = stopped.runId().toString();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (isAnyActive(tracker, group) && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
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
