package io.sparkserving.columns;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A body as JSON. The fields of a struct become columns; an array or a map becomes the column
 * {@code value}.
 */
record JsonBody(DataType schema) implements Body {

  private static final String VALUE = "value";
  private static final String CHARSET = "__serving_charset";
  private static final String TEXT = "__serving_text";
  private static final String PARSED = "__serving_parsed";

  /** Not null where {@code from_json} met something that is not JSON, or not of the schema. */
  private static final String MALFORMED = "__serving_malformed";

  /** Spark's own name for the column of malformed text; a schema may have a field of that name. */
  private static final String SPARKS_MALFORMED = "_corrupt_record";

  /** An option by which {@code from_json} takes for well-formed what {@link JsonRoot} does. */
  private static final String CONTROL_CHARACTERS = "allowUnescapedControlChars";

  @Override
  public List<String> names() {
    return schema instanceof StructType struct ? List.of(struct.fieldNames()) : List.of(VALUE);
  }

  @Override
  public Dataset<Row> read(Dataset<Row> df, Column entity) {
    // Of the request, only what is read here is left to the columns that follow.
    return df.withColumn(CHARSET, Refusal.charset(entity))
        .withColumn(TEXT, EntityText.of(entity.getField("content"), col(CHARSET)))
        .withColumn(TEXT, JsonRoot.trimmed(TEXT))
        .withColumn(PARSED, readOnce(fromJson()));
  }

  private Column fromJson() {
    return tellsMalformed()
        ? from_json(
            col(TEXT),
            ((StructType) schema).add(MALFORMED, DataTypes.StringType),
            Map.of(CONTROL_CHARACTERS, "true", "columnNameOfCorruptRecord", MALFORMED))
        : from_json(col(TEXT), schema, Map.of(CONTROL_CHARACTERS, "true"));
  }

  private boolean tellsMalformed() {
    return schema instanceof StructType struct
        && !List.of(struct.fieldNames()).contains(SPARKS_MALFORMED);
  }

  /**
   * Returns the value in a form that the optimizer takes for non-deterministic. The optimizer would
   * otherwise push filters on what was parsed, ours and the user's, below the projection and parse
   * again in each.
   */
  private static Column readOnce(Column value) {
    return when(spark_partition_id().geq(0), value);
  }

  @Override
  public Column isGood(Column entity, ParsingCheck check) {
    return check == ParsingCheck.FULL
        ? isRoot().and(RequiredFields.complete(PARSED, schema))
        : isRoot();
  }

  @Override
  public Refusal refusal(Column entity, ParsingCheck check) {
    Column missing =
        check == ParsingCheck.FULL
            ? when(isRoot(), RequiredFields.missing(PARSED, schema))
            : Refusal.nothing();
    return Refusal.json(col(CHARSET), col(TEXT), schema, missing);
  }

  private Column isRoot() {
    Column isRoot = JsonRoot.of(schema).isRootOf(col(TEXT));
    return tellsMalformed() ? when(isOneObject(), true).otherwise(isRoot) : isRoot;
  }

  /** Whether the body is one object that was read well; such a body is not read twice. */
  private static Column isOneObject() {
    Column parsed = col(PARSED);
    return parsed.isNotNull().and(parsed.getField(MALFORMED).isNull()).and(OneObject.in(col(TEXT)));
  }

  @Override
  public List<Column> columns(Column entity) {
    if (schema instanceof StructType struct) {
      return Stream.of(struct.fieldNames())
          .map(name -> col(PARSED).getField(name).as(name))
          .toList();
    }
    return List.of(col(PARSED).as(VALUE));
  }
}
