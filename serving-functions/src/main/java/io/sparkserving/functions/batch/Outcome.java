package io.sparkserving.functions.batch;

import org.jspecify.annotations.Nullable;

/**
 * What came of one row.
 *
 * @param value what the function returned, as Spark has it in a row; null where it failed
 * @param failure why there is no value; null where there is one
 */
public record Outcome(@Nullable Object value, @Nullable Failure failure) {

  /** The outcome of a function that returned. */
  public static Outcome of(@Nullable Object value) {
    return new Outcome(value, null);
  }

  /** The outcome of a function that failed. */
  public static Outcome failed(Failure failure) {
    return new Outcome(null, failure);
  }
}
