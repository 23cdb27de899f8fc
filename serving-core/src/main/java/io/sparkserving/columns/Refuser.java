package io.sparkserving.columns;

import org.apache.spark.sql.Column;

/** Makes the column whose evaluation answers a request with a 400. */
@FunctionalInterface
public interface Refuser {
  /**
   * A boolean column that refuses a request when it is evaluated, and is always false.
   *
   * @param id the source's id struct
   * @param refusal what the client is told
   */
  Column column(Column id, Refusal refusal);
}
