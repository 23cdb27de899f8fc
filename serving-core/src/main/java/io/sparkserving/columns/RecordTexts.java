package io.sparkserving.columns;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text of JSON into the texts of its records: the elements of an array, or the text itself
 * if it is an object. Null where the text is neither.
 */
public final class RecordTexts implements UDF1<String, String[]> {
  private static final long serialVersionUID = 1L;

  /** Spark calls this constructor where the function is registered by its class name. */
  public RecordTexts() {}

  /** The texts of the records, as an array of strings. */
  static Column in(Column text) {
    return functions
        .udf(new RecordTexts(), DataTypes.createArrayType(DataTypes.StringType))
        .apply(text);
  }

  /**
   * Cuts a text.
   *
   * @param text JSON, without white space before it
   */
  @Override
  public String @Nullable [] call(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try (JsonParser parser = JsonWalk.parser(text)) {
      JsonToken root = parser.nextToken();
      if (root == JsonToken.START_OBJECT) {
        parser.skipChildren();
        return parser.nextToken() == null ? new String[] {text} : null;
      }
      if (root != JsonToken.START_ARRAY) {
        return null;
      }
      List<String> records = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        parser.finishToken();
        records.add(text.substring(start, (int) parser.currentLocation().getCharOffset()).strip());
      }
      return parser.nextToken() == null ? records.toArray(String[]::new) : null;
    } catch (IOException e) {
      return null;
    }
  }
}
