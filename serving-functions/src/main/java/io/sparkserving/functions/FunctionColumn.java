package io.sparkserving.functions;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import io.sparkserving.columns.FunctionProvider;
import io.sparkserving.columns.VectorColumns;
import io.sparkserving.functions.batch.BatchRunner;
import io.sparkserving.schema.ServingSchemas;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A column that a function computes.
 *
 * @param name of the column
 * @param type of the column
 * @param arguments what the function gets, at least one
 */
public record FunctionColumn(String name, DataType type, List<Column> arguments) {
  /** In a column's metadata, the id of the function that the column's values are for. */
  private static final String NOTE = "sparkserving.function";

  private static final Pattern NOTED = Pattern.compile("\"" + NOTE + "\":\"([^\"]+)\"");

  /** Makes, on a task's thread, what runs a function on the batches of the task. */
  @FunctionalInterface
  public interface Runners extends Serializable {
    /** Makes the runner of the task whose thread this is. */
    BatchRunner open();
  }

  public FunctionColumn {
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException(
          "Missing arguments of the function of column " + name + ": expected at least one column");
    }
  }

  /** Returns whether Spark gives and takes dates and times of {@code java.time} in rows. */
  public static boolean usesJavaTime(Dataset<Row> rows) {
    return Boolean.parseBoolean(
        rows.sparkSession().conf().get("spark.sql.datetime.java8API.enabled", "false"));
  }

  /** Returns the ids of the functions that a query runs. */
  public static Set<String> idsIn(Dataset<Row> rows) {
    return NOTED
        .matcher(rows.queryExecution().analyzed().toJSON())
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  /** Returns the types of what the function gets, by position. */
  public StructType argumentTypes(Dataset<Row> rows) {
    return rows.select(numbered(rows)).schema();
  }

  /**
   * Adds the column to a query, or replaces it.
   *
   * @param rows of the query
   * @param id of the function, by which it can be found in the query's plan
   * @param runners serialized for the executors
   */
  public Dataset<Row> addTo(Dataset<Row> rows, String id, FunctionLimits limits, Runners runners) {
    List<StructField> kept = new ArrayList<>();
    for (StructField field : rows.schema().fields()) {
      if (!isReplaced(rows, field)) {
        kept.add(field);
      }
    }
    List<Column> selected = new ArrayList<>(kept.stream().map(FunctionColumn::column).toList());
    Metadata note = new MetadataBuilder().putString(NOTE, id).build();
    selected.add(struct(numbered(rows)).as(FunctionProvider.ARGUMENTS, note));
    StructType made =
        new StructType(kept.toArray(StructField[]::new))
            .add(new StructField(name, type, true, Metadata.empty()));
    RowShape shape = new RowShape(kept.size(), idColumn(kept));
    FunctionStage stage =
        new FunctionStage(runners, shape, limits, new FailureAnswers(name, shape));
    Dataset<Row> computed =
        rows.select(selected.toArray(Column[]::new)).mapPartitions(stage, Encoders.row(made));
    // Spark forgets what is said of columns: watermarks, and what this library says.
    return computed.select(
        Stream.of(made.fields())
            .map(field -> column(field).as(field.name(), field.metadata()))
            .toArray(Column[]::new));
  }

  private boolean isReplaced(Dataset<Row> rows, StructField field) {
    boolean matters =
        Boolean.parseBoolean(rows.sparkSession().conf().get("spark.sql.caseSensitive", "false"));
    return matters
        ? field.name().equals(name)
        : field.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT));
  }

  /** The arguments, with arrays in place of machine learning vectors. */
  private Column[] numbered(Dataset<Row> rows) {
    StructField[] fields = rows.select(arguments.toArray(Column[]::new)).schema().fields();
    Column[] numbered = new Column[fields.length];
    for (int i = 0; i < numbered.length; i++) {
      Column plain = VectorColumns.vectorsToArrays(arguments.get(i), fields[i].dataType());
      numbered[i] = plain.as("_" + i);
    }
    return numbered;
  }

  private static Column column(StructField field) {
    return col("`" + field.name().replace("`", "``") + "`");
  }

  /** Index of the first column that is of the type of a source's id. */
  private static int idColumn(List<StructField> fields) {
    for (int i = 0; i < fields.size(); i++) {
      DataType type = fields.get(i).dataType();
      if (type instanceof StructType struct
          && DataType.equalsIgnoreNullability(struct, ServingSchemas.ID)) {
        return i;
      }
    }
    return -1;
  }
}
