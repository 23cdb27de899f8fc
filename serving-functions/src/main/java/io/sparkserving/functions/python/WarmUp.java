package io.sparkserving.functions.python;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the workers of a function before there are requests, by a job of Spark's whose tasks are
 * as many as there are cores, and so come to every executor.
 */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final long PATIENCE_SECONDS = 120;
  private static final String WELL = "";

  private WarmUp() {}

  /**
   * Waits until the workers are set up; goes on without them if no cores are free for that.
   *
   * @throws IllegalStateException if they cannot be; its message says why
   */
  static void of(PythonFunction function, JavaSparkContext spark) throws InterruptedException {
    int tasks = Math.max(1, spark.defaultParallelism());
    List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
    JavaFutureAction<List<String>> job =
        spark.parallelize(numbers, tasks).map(number -> fault(function)).collectAsync();
    try {
      for (String fault : job.get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        if (!fault.equals(WELL)) {
          throw new IllegalStateException("Cannot set up a function of this query: " + fault);
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot start the workers of a function", e.getCause());
    } catch (TimeoutException e) {
      job.cancel(true);
      LOG.warn(
          "Workers of a function are not ready after {} s, as no cores are free: they start with"
              + " the first requests",
          PATIENCE_SECONDS);
    }
  }

  /** What keeps the workers of this executor from being set up; empty if nothing does. */
  private static String fault(PythonFunction function) throws InterruptedException {
    try {
      PythonRunners.warm(function);
      return WELL;
    } catch (WorkerSetupException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
