package io.sparkserving.metrics;

import static io.sparkserving.metrics.ServingMeter.counter;
import static io.sparkserving.metrics.ServingMeter.gauge;

import io.sparkserving.exchange.FunctionMeasurements;
import java.util.List;

/** Every meter of functions that queries run, once; a test compares docs/metrics.md. */
public final class FunctionMeters {
  /** The label with the name of the column that the function makes. */
  public static final String FUNCTION = "function";

  /** The label of {@link #ERRORS} with what went wrong. */
  public static final String KIND = "kind";

  /**
   * The name of the counter of rows on which a function failed, which has a value for each kind. It
   * has no {@link ServingMeter}, as its reading needs a kind.
   */
  public static final String ERRORS = "spark.serving.function.errors";

  /** What {@link #ERRORS} counts, for documentation and pages. */
  public static final String ERRORS_DOC = "Rows on which the function failed, by kind.";

  /** The name of the histogram of how many rows batches have. */
  public static final String BATCH_ROWS = "spark.serving.function.batch.rows";

  /** What {@link #BATCH_ROWS} counts, for documentation and pages. */
  public static final String BATCH_ROWS_DOC = "How many rows a batch had.";

  /** The histogram of times. */
  public static final TimeMeter<FunctionMeasurements> TIME =
      new TimeMeter<>(
          "spark.serving.function.time",
          "From when a batch was sent to the function until all that came of it was there.",
          FunctionMeasurements::time);

  /** The meters of one function of a server. */
  public static final List<ServingMeter<FunctionMeasurements>> OF_FUNCTION =
      List.of(
          counter(
              "spark.serving.function.batches",
              "Batches that the function has worked on.",
              function -> function.batchRows().count()),
          counter(
              "spark.serving.function.rows",
              "Rows that the function has worked on, those on which it failed among them.",
              function -> function.batchRows().total()),
          gauge(
              "spark.serving.function.waiting.rows",
              "Rows that wait for the function while a batch is under way.",
              FunctionMeasurements::waitingRows),
          counter(
              "spark.serving.function.worker.starts",
              "How often a process of the function was started, also in vain.",
              FunctionMeasurements::workerStarts),
          counter(
              "spark.serving.function.worker.deaths",
              "Processes of the function that ended with a batch.",
              FunctionMeasurements::workerDeaths),
          counter(
              "spark.serving.function.worker.timeouts",
              "Processes of the function that were stopped since a batch took too long.",
              FunctionMeasurements::workerTimeouts));

  private FunctionMeters() {}
}
