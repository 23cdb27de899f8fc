package io.sparkserving.columns;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.apache.spark.sql.functions.when;

import java.util.HashMap;
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
  static final String CHARSET = "__serving_charset";
  static final String TEXT = "__serving_text";
  private static final String IS_IN_BODY = "__serving_is_in_body";
  private static final String SAID = "__serving_said";
  private static final String FAULT = "__serving_fault";
  private static final String PARSED = "__serving_parsed";

  /** Not null where {@code from_json} met something that is not JSON, or not of the schema. */
  private static final String MALFORMED = "__serving_malformed";

  /** Spark's own name for the column of malformed text; a schema may have a field of that name. */
  private static final String SPARKS_MALFORMED = "_corrupt_record";

  /**
   * {@code from_json} takes for well-formed what {@link JsonRoot} does, and reads strings of any
   * length.
   */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "allowUnescapedControlChars", "true", "maxStringLen", String.valueOf(Integer.MAX_VALUE));

  @Override
  public List<String> names() {
    return schema instanceof StructType struct ? List.of(struct.fieldNames()) : List.of(VALUE);
  }

  @Override
  public Dataset<Row> read(RequestColumns requests) {
    StructType named = schema instanceof StructType struct ? struct : new StructType();
    return parsed(withText(requests, new RequestText(named, requests.source(), 0)));
  }

  /** Adds the text of what a request says. Only that is left to the columns that follow. */
  static Dataset<Row> withText(RequestColumns requests, RequestText says) {
    Column entity = requests.entity();
    Column request = requests.requestColumn();
    Column uri = request.getField("requestLine").getField("uri");
    return requests
        .rows()
        .withColumn(CHARSET, Refusal.charset(entity))
        .withColumn(TEXT, EntityText.of(entity.getField("content"), col(CHARSET)))
        .withColumn(TEXT, JsonRoot.trimmed(TEXT))
        .withColumn(IS_IN_BODY, says.isInBody(col(TEXT), uri))
        .withColumn(SAID, when(col(IS_IN_BODY), col(TEXT)).otherwise(says.text(col(TEXT), request)))
        .withColumn(FAULT, says.fault(col(IS_IN_BODY), col(TEXT), col(SAID), request))
        .withColumn(TEXT, col(SAID))
        // What came without a body, and can be read, is not refused for that.
        .withColumn(CHARSET, coalesce(col(CHARSET), when(col(TEXT).isNotNull(), lit(""))));
  }

  /** Adds what the text says. */
  Dataset<Row> parsed(Dataset<Row> withText) {
    return withText.withColumn(PARSED, readOnce(fromJson()));
  }

  /**
   * Reads a struct that has a field for what is malformed. An array or a map is read as the field
   * of an object, as {@code from_json} has nowhere to tell of what is malformed in it otherwise.
   */
  private Column fromJson() {
    Column readable = ReadableJson.of(col(TEXT), schema);
    Map<String, String> options = new HashMap<>(OPTIONS);
    options.put("columnNameOfCorruptRecord", malformed());
    if (schema instanceof StructType struct) {
      return from_json(readable, withMalformed(struct), options);
    }
    StructType wrapped = withMalformed(new StructType().add(VALUE, schema));
    return from_json(concat(lit("{\"" + VALUE + "\":"), readable, lit("}")), wrapped, options);
  }

  private StructType withMalformed(StructType struct) {
    return malformed().equals(MALFORMED) ? struct.add(MALFORMED, DataTypes.StringType) : struct;
  }

  private String malformed() {
    return schema instanceof StructType struct
            && List.of(struct.fieldNames()).contains(SPARKS_MALFORMED)
        ? SPARKS_MALFORMED
        : MALFORMED;
  }

  /**
   * Returns the value in a form that the optimizer takes for non-deterministic. The optimizer would
   * otherwise push filters on what was parsed, ours and the user's, below the projection and parse
   * again in each.
   */
  static Column readOnce(Column value) {
    return when(spark_partition_id().geq(0), value);
  }

  @Override
  public Column isGood(Column entity, ParsingCheck check) {
    return switch (check) {
      case NONE -> lit(true);
      case PARTIAL -> isWithoutFault(isRoot());
      case TYPES -> isWithoutFault(coalesce(isReadWell(), lit(false)));
      case FULL -> isWithoutFault(isRoot().and(RequiredFields.complete(value(), schema)));
    };
  }

  private static Column isWithoutFault(Column isGood) {
    return isGood.and(col(FAULT).isNull());
  }

  @Override
  public Refusal refusal(Column entity, ParsingCheck check) {
    Column wrong =
        switch (check) {
          case NONE, PARTIAL -> Refusal.nothing();
          case TYPES -> when(isRoot(), WrongTypes.in(col(TEXT), schema));
          case FULL -> when(isRoot(), RequiredFields.missing(value(), schema));
        };
    Column fault = coalesce(col(FAULT), JsonFault.of(col(TEXT), schema));
    return Refusal.json(col(CHARSET), col(TEXT), schema, fault, wrong);
  }

  /** Where the value is that the schema is of, in SQL. */
  String value() {
    return schema instanceof StructType
        ? SqlNames.quoted(PARSED)
        : SqlNames.quoted(PARSED) + "." + SqlNames.quoted(VALUE);
  }

  /** Whether the body is one value of the schema's kind, with nothing beyond a limit in it. */
  private Column isRoot() {
    Column isRoot = JsonRoot.of(schema).isRootOf(col(TEXT));
    return when(isReadWell(), true).otherwise(isRoot.and(JsonFault.of(col(TEXT), schema).isNull()));
  }

  /** Whether the body is one value and all in it was read; such a body is not read twice. */
  private Column isReadWell() {
    Column parsed = col(PARSED);
    return parsed
        .isNotNull()
        .and(parsed.getField(malformed()).isNull())
        .and(OneValue.in(col(TEXT), JsonRoot.of(schema)));
  }

  @Override
  public List<Column> columns(Column entity) {
    if (schema instanceof StructType struct) {
      return Stream.of(struct.fieldNames())
          .map(name -> col(PARSED).getField(name).as(name))
          .toList();
    }
    return List.of(col(PARSED).getField(VALUE).as(VALUE));
  }
}
