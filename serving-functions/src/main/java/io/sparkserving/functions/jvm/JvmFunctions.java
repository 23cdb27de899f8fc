package io.sparkserving.functions.jvm;

import io.sparkserving.AsyncBatchFunction;
import io.sparkserving.BatchFunction;
import io.sparkserving.columns.FunctionProvider;
import io.sparkserving.functions.FunctionColumn;
import io.sparkserving.functions.FunctionLimits;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;

/** Puts functions of the JVM into queries. */
public final class JvmFunctions implements FunctionProvider {
  private static final FunctionLimits LIMITS = new FunctionLimits(1024, 0);

  /** For the service loader. */
  public JvmFunctions() {}

  @Override
  public Dataset<Row> withFunction(
      Dataset<Row> rows,
      String name,
      Serializable function,
      DataType type,
      List<Column> arguments) {
    JvmValues values = JvmValues.of(type, FunctionColumn.usesJavaTime(rows));
    FunctionColumn column = new FunctionColumn(name, type, arguments);
    return column.addTo(
        rows,
        UUID.randomUUID().toString(),
        LIMITS,
        () -> new JvmRunner(batches(function), values, name));
  }

  private static JvmRunner.Call batches(Serializable function) {
    if (function instanceof AsyncBatchFunction later) {
      return JvmRunner.Call.of(later);
    }
    return JvmRunner.Call.of((BatchFunction) function);
  }
}
