package io.sparkserving.columns;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Says why Spark has not read a text of JSON, where a limit is the reason: null where none is. To
 * be asked only after Spark has met something that it could not read.
 */
public final class JsonFault implements UDF2<String, String, String> {
  private static final long serialVersionUID = 1L;

  private final SchemaJson schemas = new SchemaJson();

  /** Spark calls this constructor where the function is registered by its class name. */
  public JsonFault() {}

  /** A sentence, as a string column. */
  static Column of(Column text, DataType schema) {
    return functions
        .udf(new JsonFault(), DataTypes.StringType)
        .apply(text, functions.lit(schema.json()));
  }

  /**
   * Finds the first limit that a text is beyond.
   *
   * @param text JSON
   * @param schema the schema to read it as, in JSON
   */
  @Override
  public @Nullable String call(@Nullable String text, String schema) {
    if (text == null) {
      return null;
    }
    String path = ReadableJson.tooLarge(text, schemas.parsed(schema));
    if (path != null) {
      return "The number%s has more than %,d digits or an exponent beyond %,d."
          .formatted(
              path.isEmpty() ? "" : " '" + path + "'",
              DecimalText.MOST_DIGITS,
              DecimalText.LARGEST_EXPONENT);
    }
    JsonLimit limit = JsonLimit.exceededBy(text);
    return limit == null ? null : limit.told();
  }
}
