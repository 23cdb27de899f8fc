package io.sparkserving.task.source;

import io.sparkserving.exchange.Leases.Blame;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/** How often Spark tries a task before it gives up the job. */
public final class TaskAttempts {
  private static final Pattern LOCAL_WITH_FAILURES =
      Pattern.compile("local\\[\\s*(?:\\d+|\\*)\\s*,\\s*(\\d+)\\s*]");
  private static final String CLUSTER_DEFAULT = "4";

  private TaskAttempts() {}

  /** Returns the number of the last try that Spark allows a task, counted from 0. */
  public static int last(SparkContext spark) {
    return last(
        spark.isLocal(),
        spark.master(),
        spark.conf().get("spark.task.maxFailures", CLUSTER_DEFAULT));
  }

  /**
   * Whether a task takes no requests, so that it cannot fail: the task is tried again, for the last
   * time that Spark allows. A sole try is no further one, and takes what waits.
   *
   * @param last number of the last try, from {@link #last(SparkContext)}
   */
  public static boolean takesNothing(TaskContext task, int last) {
    return task.attemptNumber() > 0 && task.attemptNumber() >= last;
  }

  /**
   * Whose fault a task's failure is: nobody's where the task was told to end, whatever its rows'
   * way has made of that.
   */
  public static Blame blame(TaskContext task, Throwable failure) {
    boolean isKilled = failure instanceof TaskKilledException || task.isInterrupted();
    return isKilled ? Blame.NONE : Blame.OLDEST;
  }

  static int last(boolean local, String master, String maxFailures) {
    if (!local) {
      return Integer.parseInt(maxFailures) - 1;
    }
    Matcher matcher = LOCAL_WITH_FAILURES.matcher(master);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) - 1 : 0;
  }
}
