package io.sparkserving.columns;

import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * Makes the function that makes a row of each record, where Spark has no other way to make several
 * rows of one. The rows that come end with an array of records; in its place, the rows that go on
 * have a position, how many records there are, and the record. How requests are kept from ending
 * meanwhile is not known here, so {@code task.source} has the implementation.
 */
@FunctionalInterface
public interface RecordStages {
  /**
   * Makes the function.
   *
   * @param id index of the column with the source's id
   */
  MapPartitionsFunction<Row, Row> stage(int id);
}
