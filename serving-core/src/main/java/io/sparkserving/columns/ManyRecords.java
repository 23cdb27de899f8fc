package io.sparkserving.columns;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.posexplode_outer;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Bodies that may be an array of records, each of which becomes a row with an id of its own, by
 * which the server puts the replies together.
 *
 * @param most how many records a request may have
 * @param errorsInPlace whether a bad record is answered in its place; if not, all are refused
 */
public record ManyRecords(int most, boolean errorsInPlace) {
  /**
   * As many records as a request may have unless told otherwise, which are all refused together.
   */
  public static final ManyRecords DEFAULT = new ManyRecords(10_000, false);

  static final String TOO_MANY = "The body has %s records; %,d are read at most.";
  static final String NO_RECORD = "The body has no records.";

  private static final String SINGLE = "__serving_single";
  private static final String COUNT = "__serving_count";
  private static final String POSITION = "__serving_position";
  private static final String RECORD = "__serving_record";

  /** The column by which the plan knows the stage that makes rows of records. */
  public static final String RECORDS = "__serving_records";

  /** As the text of an id is read where replies arrive. */
  private static final String SEPARATOR = "-";

  private static final String ERRORS_IN_PLACE = "e";

  /**
   * @throws IllegalArgumentException if records cannot be of the schema
   */
  StructType require(DataType schema) {
    if (schema instanceof StructType struct) {
      return struct;
    }
    throw new IllegalArgumentException(
        "Unsupported schema %s: expected a struct, as records are JSON objects."
            .formatted(schema.simpleString()));
  }

  /** Notes whether a text is one record by itself, and not in an array. */
  static Dataset<Row> noted(Dataset<Row> rows, String text) {
    return rows.withColumn(SINGLE, col(text).startsWith(JsonRoot.OBJECT.opening()));
  }

  static Column isSingle() {
    return col(SINGLE);
  }

  /** Whether the number of records is one to be read; never null if {@code records} is not. */
  Column isCountGood(Column records) {
    return size(records).between(1, most);
  }

  /** What is wrong with the number of records; null if nothing is. */
  Column countFault(Column records) {
    String[] tooMany = TOO_MANY.formatted("%", most).split("%", 2);
    Column number = size(records);
    return when(number.equalTo(0), lit(NO_RECORD))
        .when(number.gt(most), concat(lit(tooMany[0]), number, lit(tooMany[1])));
  }

  /**
   * Makes a row of each record, with an id of its own; its value is {@link #record}.
   *
   * @param more columns that the rows keep, besides those that are no request
   */
  Dataset<Row> rows(RequestColumns requests, RecordStages stages, Column records, Column... more) {
    Dataset<Row> exploded =
        requests.source().mapsOnly()
            ? byStage(requests, stages, records, more)
            : bySpark(requests, records);
    String id = requests.id();
    Column whole = requests.idColumn();
    Column numbers = concat_ws(SEPARATOR, whole.getField("requestId"), col(POSITION), col(COUNT));
    Column ofRecord =
        struct(
            whole.getField("originatingService").as("originatingService"),
            (errorsInPlace ? concat(numbers, lit(ERRORS_IN_PLACE)) : numbers).as("requestId"),
            whole.getField("partitionId").as("partitionId"));
    return exploded.withColumn(
        id, when(col(SINGLE).or(col(POSITION).isNull()), whole).otherwise(ofRecord));
  }

  private static Dataset<Row> bySpark(RequestColumns requests, Column records) {
    return requests
        .rows()
        .withColumn(COUNT, size(records))
        .select(col("*"), posexplode_outer(records).as(new String[] {POSITION, RECORD}));
  }

  private static Dataset<Row> byStage(
      RequestColumns requests, RecordStages stages, Column records, Column... more) {
    List<Column> kept = new ArrayList<>(List.of(more));
    kept.add(col(SINGLE));
    kept.add(records.as(RECORDS));
    Dataset<Row> rows = requests.rows().select(requests.withoutRequest(kept));
    StructField[] given = rows.schema().fields();
    StructType made = new StructType(Arrays.copyOf(given, given.length - 1));
    made = made.add(POSITION, DataTypes.IntegerType).add(COUNT, DataTypes.IntegerType);
    made = made.add(RECORD, ((ArrayType) given[given.length - 1].dataType()).elementType());
    Dataset<Row> exploded =
        rows.mapPartitions(stages.stage(requests.idIndex()), Encoders.row(made));
    // Spark forgets what is said of columns.
    return exploded.select(
        Stream.of(made.fields())
            .map(field -> col(SqlNames.quoted(field.name())).as(field.name(), field.metadata()))
            .toArray(Column[]::new));
  }

  static Column record() {
    return col(RECORD);
  }
}
