package io.sparkserving.driver.cluster;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;

/**
 * The executors that an application has now.
 *
 * <p>Spark gives them as a Scala sequence, whose class differs between Scala versions; calls on it
 * are looked up by name.
 */
public final class LiveExecutors {
  private static final String DRIVER = "driver";

  /** Of which Spark versions have the one or the other. */
  private static final List<String> EXCLUSION =
      List.of(
          "spark.excludeOnFailure.enabled",
          "spark.excludeOnFailure.application.enabled",
          "spark.blacklist.enabled");

  /**
   * An executor that runs now.
   *
   * @param id Spark's id of the executor
   * @param host name or address of the executor's machine
   * @param mostTasks how many tasks the executor can run at once
   */
  public record LiveExecutor(String id, String host, int mostTasks) {
    /** The executor as a preferred location, in the form that Spark's scheduler reads. */
    public String location() {
      return "executor_" + host + "_" + id;
    }
  }

  private LiveExecutors() {}

  /**
   * The executors that Spark gives tasks to: in local mode the driver, elsewhere every executor but
   * the driver; and not those that Spark decommissions or excludes.
   */
  public static List<LiveExecutor> of(SparkContext spark) {
    List<LiveExecutor> executors = new ArrayList<>();
    for (ExecutorSummary executor : summaries(spark)) {
      boolean runsTasks = spark.isLocal() || !executor.id().equals(DRIVER);
      if (runsTasks && !executor.isExcluded() && !Decommissions.isUnderWay(spark, executor.id())) {
        String address = executor.hostPort();
        String host = address.substring(0, Math.max(0, address.lastIndexOf(':')));
        executors.add(new LiveExecutor(executor.id(), host, Math.max(1, executor.maxTasks())));
      }
    }
    return executors;
  }

  /** Whether executors on which tasks fail can be excluded from the whole application. */
  static boolean mayBeExcluded(SparkContext spark) {
    return EXCLUSION.stream().anyMatch(key -> spark.getConf().getBoolean(key, false));
  }

  /** Ids of the executors that Spark gives no tasks for a while, as tasks have failed there. */
  static Set<String> excluded(SparkContext spark) {
    return mayBeExcluded(spark)
        ? summaries(spark).stream()
            .filter(ExecutorSummary::isExcluded)
            .map(ExecutorSummary::id)
            .collect(Collectors.toSet())
        : Set.of();
  }

  private static List<ExecutorSummary> summaries(SparkContext spark) {
    try {
      Object store = spark.getClass().getMethod("statusStore").invoke(spark);
      Object sequence =
          store.getClass().getMethod("executorList", boolean.class).invoke(store, true);
      Object iterator = sequence.getClass().getMethod("iterator").invoke(sequence);
      scala.collection.Iterator<?> each = (scala.collection.Iterator<?>) iterator;
      List<ExecutorSummary> summaries = new ArrayList<>();
      while (each.hasNext()) {
        summaries.add((ExecutorSummary) each.next());
      }
      return summaries;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("Cannot ask Spark for its executors", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Unsupported version of Spark: cannot list executors", e);
    }
  }
}
