package io.sparkserving.driver.cluster;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * One of them.
   *
   * @param id Spark's
   * @param host name or address
   * @param mostTasks how many it can run at once
   */
  public record LiveExecutor(String id, String host, int mostTasks) {
    /** As Spark's scheduler wants to be told. */
    public String location() {
      return "executor_" + host + "_" + id;
    }
  }

  private LiveExecutors() {}

  /**
   * All that Spark gives tasks to: in local mode the driver, else every executor but it, and but
   * those that it decommissions.
   */
  public static List<LiveExecutor> of(SparkContext spark) {
    List<LiveExecutor> executors = new ArrayList<>();
    for (ExecutorSummary executor : summaries(spark)) {
      boolean runsTasks = spark.isLocal() || !executor.id().equals(DRIVER);
      if (runsTasks && !Decommissions.isUnderWay(spark, executor.id())) {
        String address = executor.hostPort();
        String host = address.substring(0, Math.max(0, address.lastIndexOf(':')));
        executors.add(new LiveExecutor(executor.id(), host, Math.max(1, executor.maxTasks())));
      }
    }
    return executors;
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
