package io.sparkserving.task.sink;

/** How rows come from a query's source to its sink. */
public enum RowFlow {
  /** Whatever comes of a row is written before the source is asked for the next one. */
  ROW_BY_ROW,
  /** Rows may be held back on the way, or nothing is known of it. */
  HELD_BACK,
  /** A source is read more than once, and each of its rows may come by any of several ways. */
  BRANCHED
}
