package io.sparkserving.columns;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Names the first element of a JSON array that is no object, where Spark has not read the array:
 * null where there is none.
 */
public final class NoRecord implements UDF1<String, String> {
  private static final long serialVersionUID = 1L;

  /** Spark calls this constructor where the function is registered by its class name. */
  public NoRecord() {}

  /** A sentence, as a string column. */
  static Column in(Column text) {
    return functions.udf(new NoRecord(), DataTypes.StringType).apply(text);
  }

  /**
   * Finds the element.
   *
   * @param text JSON
   */
  @Override
  public @Nullable String call(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try (JsonParser parser = JsonWalk.parser(text)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return null;
      }
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          return "Record " + i + " is not a JSON object.";
        }
        parser.skipChildren();
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }
}
