package io.sparkserving.columns;

import static org.apache.spark.sql.functions.col;

import io.sparkserving.schema.ServingSchemas;
import io.sparkserving.schema.SourceNotes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of request rows: the id, the request and what else there is.
 *
 * @param rows the rows themselves
 * @param id name of the id column
 * @param request name of the request column
 * @param others the names of all columns but the request, in their order
 * @param caseSensitive whether the session tells names apart by case
 * @param source what the source says of itself
 */
record RequestColumns(
    Dataset<Row> rows,
    String id,
    String request,
    List<String> others,
    boolean caseSensitive,
    SourceNotes source) {

  /**
   * Finds the columns and checks their types.
   *
   * @throws IllegalArgumentException if one of the columns is missing or of another type
   */
  static RequestColumns of(Dataset<Row> df, String idCol, String requestCol) {
    boolean caseSensitive =
        Boolean.parseBoolean(df.sparkSession().conf().get("spark.sql.caseSensitive", "false"));
    UnaryOperator<String> key = key(caseSensitive);
    require(df, "idCol", idCol, ServingSchemas.ID, key);
    require(df, "requestCol", requestCol, ServingSchemas.REQUEST, key);
    List<String> others =
        Stream.of(df.columns())
            .filter(name -> !key.apply(name).equals(key.apply(requestCol)))
            .toList();
    SourceNotes source = SourceNotes.of(field(df, requestCol, key).orElseThrow());
    return new RequestColumns(df, idCol, requestCol, others, caseSensitive, source);
  }

  Column idColumn() {
    return column(id);
  }

  Column requestColumn() {
    return column(request);
  }

  Column entity() {
    return requestColumn().getField("entity");
  }

  /** Where the id is among all columns but the request. */
  int idIndex() {
    UnaryOperator<String> key = key(caseSensitive);
    return others.stream().map(key).toList().indexOf(key.apply(id));
  }

  /** The same columns of other rows. */
  RequestColumns withRows(Dataset<Row> other) {
    return new RequestColumns(other, id, request, others, caseSensitive, source);
  }

  /** Every column but the request, followed by more columns. */
  Column[] withoutRequest(List<Column> more) {
    return Stream.concat(others.stream().map(RequestColumns::column), more.stream())
        .toArray(Column[]::new);
  }

  /**
   * Checks that new columns may have their names.
   *
   * @throws IllegalArgumentException if a name is taken, or there twice
   */
  void requireRoomFor(List<String> names) {
    UnaryOperator<String> key = key(caseSensitive);
    Set<String> taken = new HashSet<>(others.stream().map(key).toList());
    for (String name : names) {
      if (!taken.add(key.apply(name))) {
        throw new IllegalArgumentException(
            "Invalid schema: its field '%s' has the name of another column or field (columns: %s)."
                    .formatted(name, String.join(", ", others))
                + " Rename that column with withColumnRenamed and, if it is the id, pass its new"
                + " name as idCol, and to the writer as the option idCol.");
      }
    }
  }

  private static void require(
      Dataset<Row> df, String option, String name, StructType type, UnaryOperator<String> key) {
    StructField field =
        field(df, name, key)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Missing column '%s', named by %s: the columns are %s."
                            .formatted(name, option, String.join(", ", df.columns()))));
    if (!ServingSchemas.sameType(field.dataType(), type)) {
      throw new IllegalArgumentException(
          "Invalid column '%s', named by %s: its type is %s, expected %s."
              .formatted(name, option, field.dataType().simpleString(), type.simpleString()));
    }
  }

  private static Optional<StructField> field(
      Dataset<Row> df, String name, UnaryOperator<String> key) {
    return Arrays.stream(df.schema().fields())
        .filter(candidate -> key.apply(candidate.name()).equals(key.apply(name)))
        .findFirst();
  }

  private static Column column(String name) {
    return col(SqlNames.quoted(name));
  }

  private static UnaryOperator<String> key(boolean caseSensitive) {
    return caseSensitive ? UnaryOperator.identity() : name -> name.toLowerCase(Locale.ROOT);
  }
}
