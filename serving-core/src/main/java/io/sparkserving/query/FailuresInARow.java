package io.sparkserving.query;

/**
 * Counts the failures of a query between which it got on with nothing. Used by one thread at a
 * time.
 */
final class FailuresInARow {
  private int count;
  private long progressBefore;

  /**
   * Counts one more failure.
   *
   * @param progress what grows whenever the query gets on
   * @return how many failures came in a row, the new one among them
   */
  int add(long progress) {
    count = progress > progressBefore ? 1 : count + 1;
    progressBefore = progress;
    return count;
  }
}
