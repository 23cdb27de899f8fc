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

  /** As Spark words it, and Netty's exceptions. */
  private static final Pattern OF_CLUSTER =
      Pattern.compile("ExecutorLostFailure|streaming shuffle|io\\.netty\\.channel\\.");

  private static final int MOST_CAUSES = 20;
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

  /**
   * Whether tasks that run at the same time have failed, as far as the error of one of them tells,
   * by the loss of an executor or of a connection between executors. A task that is killed with the
   * one that has failed is told why that was.
   */
  public static boolean isOfCluster(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (OF_CLUSTER.matcher(cause.toString()).find()) {
        return true;
      }
      cause = cause.getCause();
    }
    return failure instanceof TaskKilledException killed
        && OF_CLUSTER.matcher(killed.reason()).find();
  }

  static int last(boolean local, String master, String maxFailures) {
    if (!local) {
      return Integer.parseInt(maxFailures) - 1;
    }
    Matcher matcher = LOCAL_WITH_FAILURES.matcher(master);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) - 1 : 0;
  }
}
