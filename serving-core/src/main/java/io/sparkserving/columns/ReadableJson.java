package io.sparkserving.columns;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.jspecify.annotations.Nullable;

/**
 * Gives the text that Spark may read in place of a text of JSON: the same, but for decimals that
 * Spark would work on for seconds or minutes. In place of these stands what is no number.
 */
public final class ReadableJson implements UDF2<String, String, String> {
  private static final long serialVersionUID = 1L;
  private static final String NO_NUMBER = "\"?\"";

  private final SchemaJson schemas = new SchemaJson();

  /** Spark calls this constructor where the function is registered by its class name. */
  public ReadableJson() {}

  /** The text that Spark may read as a schema. */
  static Column of(Column text, DataType schema) {
    if (!SchemaJson.hasDecimal(schema)) {
      return text;
    }
    return functions
        .udf(new ReadableJson(), DataTypes.StringType)
        .apply(text, functions.lit(schema.json()));
  }

  /** Whether a number in a place for a decimal is too large, and where. */
  static @Nullable String tooLarge(String text, DataType schema) {
    if (!SchemaJson.hasDecimal(schema) || !DecimalText.mayBeIn(text)) {
      return null;
    }
    String[] first = new String[1];
    JsonWalk.through(
        text,
        schema,
        (path, type, at) -> {
          if (first[0] == null && isTooLarge(type, at)) {
            first[0] = path;
          }
        });
    return first[0];
  }

  /**
   * Gives the text to read.
   *
   * @param text JSON
   * @param schema the schema to read it as, in JSON
   */
  @Override
  public @Nullable String call(@Nullable String text, String schema) {
    if (text == null || !DecimalText.mayBeIn(text)) {
      return text;
    }
    StringBuilder readable = new StringBuilder();
    int[] copied = new int[1];
    JsonWalk.through(
        text,
        schemas.parsed(schema),
        (path, type, at) -> {
          if (isTooLarge(type, at)) {
            readable.append(text, copied[0], start(at)).append(NO_NUMBER);
            copied[0] = end(at);
          }
        });
    return copied[0] == 0 ? text : readable.append(text, copied[0], text.length()).toString();
  }

  private static boolean isTooLarge(DataType type, JsonParser at) throws IOException {
    return type instanceof DecimalType
        && at.currentToken().isScalarValue()
        && DecimalText.isTooLarge(at.getText());
  }

  private static int start(JsonParser at) {
    return (int) at.currentTokenLocation().getCharOffset();
  }

  private static int end(JsonParser at) throws IOException {
    return at.currentToken() == JsonToken.VALUE_STRING
        ? (int) at.currentLocation().getCharOffset()
        : start(at) + at.getTextLength();
  }
}
