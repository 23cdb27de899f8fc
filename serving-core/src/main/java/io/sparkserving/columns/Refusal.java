package io.sparkserving.columns;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a {@link Refuser} says of a body, all strings.
 *
 * @param charset null without a body
 * @param root the kind of JSON value that was expected; null for text
 * @param schema null for text
 * @param excerpt null for text
 * @param missing null if it is not for that
 */
public record Refusal(Column charset, Column root, Column schema, Column excerpt, Column missing) {
  private static final int EXCERPT_LENGTH = 200;

  /** Of a body that is not JSON of a schema. */
  static Refusal json(Column charset, Column text, DataType schema, Column missing) {
    String ddl = schema instanceof StructType struct ? struct.toDDL() : schema.sql();
    return new Refusal(
        charset,
        lit(JsonRoot.of(schema).label()),
        lit(ddl),
        substring(text, 1, EXCERPT_LENGTH),
        missing);
  }

  /** Of a body that is not text. */
  static Refusal text(Column entity) {
    return new Refusal(charset(entity), nothing(), nothing(), nothing(), nothing());
  }

  static Column nothing() {
    return lit(null).cast(DataTypes.StringType);
  }

  /** The charset's name in lower case, empty where none is named; null without a body. */
  static Column charset(Column entity) {
    return when(entity.getField("content").isNotNull(), EntityText.charset(entity));
  }
}
