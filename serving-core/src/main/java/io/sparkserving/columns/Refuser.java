package io.sparkserving.columns;

import org.apache.spark.sql.Column;

/**
 * Makes the column whose evaluation answers a request with a 400. How an answer gets to the client
 * is not known here, so {@code task.reply} has the implementation.
 */
@FunctionalInterface
public interface Refuser {
  /**
   * Makes a boolean column that is always false, and refuses a request each time it is evaluated.
   * The column is not deterministic, so that Spark neither drops nor repeats it.
   *
   * @param id the source's id struct
   * @param refusal what the client is told
   */
  Column column(Column id, Refusal refusal);
}
