package io.sparkserving;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A function of rows in a query, which gets many of them at once: a model, a look-up. {@link
 * Serving#withFunction} puts it into a query.
 *
 * <p>It is serialized for the executors. What is expensive to make belongs into a transient field
 * that is made at the first call. It is called on tasks' threads, by several tasks at once, and may
 * be called twice for a row.
 */
@FunctionalInterface
public interface BatchFunction extends Serializable {
  /**
   * Computes a value for each row.
   *
   * @param arguments a row of the function's columns for each row of the query, not empty
   * @return as many values, in the same order, each null or of the Java type that {@link Row} has
   *     for the function's type; {@link List} and {@link java.util.Map} for arrays and maps
   * @throws HttpErrorException to have a request answered with another status
   * @throws Exception for any other failure: the request that makes the function fail is answered
   *     500, and others of its batch are computed without it
   */
  List<?> apply(List<Row> arguments) throws Exception;
}
