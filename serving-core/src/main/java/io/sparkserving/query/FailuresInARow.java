package io.sparkserving.query;

/**
 * Counts the failures of a query between which its services gave no reply. Used by one thread at a
 * time.
 */
final class FailuresInARow {
  private int count;
  private long repliesBefore;

  /**
   * Counts one more failure.
   *
   * @param replies how many replies the query's services have given so far
   * @return how many failures came in a row, the new one among them
   */
  int add(long replies) {
    count = replies > repliesBefore ? 1 : count + 1;
    repliesBefore = replies;
    return count;
  }
}
