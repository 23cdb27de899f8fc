package io.sparkserving.columns;

import java.io.Serializable;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;

/** Runs functions of users on batches of a query's rows; found as a Java service. */
public interface FunctionProvider {
  /**
   * The column that holds what a function gets, below the stage that runs it; a query's plan tells
   * by it that a stage is one that gives on all rows that it gets, one after another.
   */
  String ARGUMENTS = "__serving_arguments";

  /**
   * Adds a column, or replaces one.
   *
   * @param rows of a query
   * @param name of the column
   * @param function what users call a batch function
   * @param type of the column
   * @param arguments what the function gets
   * @throws IllegalArgumentException for what does not fit
   */
  Dataset<Row> withFunction(
      Dataset<Row> rows, String name, Serializable function, DataType type, List<Column> arguments);

  /**
   * Returns the provider of the class path.
   *
   * @throws IllegalStateException if there is none
   */
  static FunctionProvider require() {
    return ServiceLoader.load(FunctionProvider.class, FunctionProvider.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Missing module for functions: add serving-functions, or the bundle, to the"
                        + " class path."));
  }
}
