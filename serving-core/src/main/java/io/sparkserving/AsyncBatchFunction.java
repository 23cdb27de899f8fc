package io.sparkserving;

import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.spark.sql.Row;

/**
 * A {@link BatchFunction} whose values come later, such as a call to another service. A batch whose
 * values are not there in time is answered 504.
 */
@FunctionalInterface
public interface AsyncBatchFunction extends Serializable {
  /**
   * Begins to compute a value for each row.
   *
   * @param arguments a row of the function's columns for each row of the query, not empty
   * @return what {@link BatchFunction#apply} returns or throws
   */
  CompletionStage<? extends List<?>> apply(List<Row> arguments) throws Exception;
}
