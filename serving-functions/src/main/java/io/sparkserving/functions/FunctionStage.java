package io.sparkserving.functions;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/**
 * What Spark calls in a task to have a function run on the task's rows.
 *
 * @param runners makes, on the task's thread, what runs the function
 */
record FunctionStage(
    FunctionColumn.Runners runners, RowShape shape, FunctionLimits limits, FailureAnswers answers)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> input) {
    return new FunctionRows(input, shape, limits, answers, runners.open(), TaskContext.get());
  }
}
