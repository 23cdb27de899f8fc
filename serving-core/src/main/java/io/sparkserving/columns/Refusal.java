package io.sparkserving.columns;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What was expected of a body and what was met, as string columns, for a {@link Refuser} to tell
 * the client.
 *
 * @param charset the body's charset in lower case, empty where none is named; null without a body
 * @param root the kind of JSON value that was expected, {@code object} or {@code array}; null where
 *     text was
 * @param schema the schema that was expected, as DDL; null where text was
 * @param excerpt how the body's text starts; null where text was expected or the body cannot be
 *     read
 * @param fault a sentence that says what limit the body is beyond; null where that is not what is
 *     wrong
 * @param wrong the fields that are missing or of a wrong type, with commas between them; null or
 *     empty where that is not what is wrong
 */
public record Refusal(
    Column charset, Column root, Column schema, Column excerpt, Column fault, Column wrong) {
  private static final int EXCERPT_LENGTH = 200;

  /** The refusal of a body that is not JSON of a schema. */
  static Refusal json(Column charset, Column text, DataType schema, Column fault, Column wrong) {
    String ddl = schema instanceof StructType struct ? struct.toDDL() : schema.sql();
    return new Refusal(
        charset,
        lit(JsonRoot.of(schema).label()),
        lit(ddl),
        substring(text, 1, EXCERPT_LENGTH),
        fault,
        wrong);
  }

  /** The refusal of a body whose text cannot be read. */
  static Refusal text(Column entity) {
    return new Refusal(charset(entity), nothing(), nothing(), nothing(), nothing(), nothing());
  }

  /** A null string. */
  static Column nothing() {
    return lit(null).cast(DataTypes.StringType);
  }

  /** The name of the charset in lower case, empty where none is named; null without a body. */
  static Column charset(Column entity) {
    return when(entity.getField("content").isNotNull(), EntityText.charset(entity));
  }
}
