package io.sparkserving.columns;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Names the values in a text of JSON that are not of the schema's type, where Spark has found that
 * some are not. Of dates and their like, only Spark knows what it can read: they are named where no
 * other value is wrong.
 */
public final class WrongTypes implements UDF2<String, String, String> {
  private static final long serialVersionUID = 1L;
  private static final int MOST_NAMED = 5;
  private static final int VALUE_LENGTH = 50;

  private final SchemaJson schemas = new SchemaJson();

  /** Spark calls this constructor where the function is registered by its class name. */
  public WrongTypes() {}

  /** The values with what was expected, with commas between them, as a string column. */
  static Column in(Column text, DataType schema) {
    return functions
        .udf(new WrongTypes(), DataTypes.StringType)
        .apply(text, functions.lit(schema.json()));
  }

  /**
   * Names wrong values.
   *
   * @param text JSON
   * @param schema the schema that it is not of, in JSON
   */
  @Override
  public @Nullable String call(@Nullable String text, String schema) {
    if (text == null) {
      return null;
    }
    List<String> wrong = new ArrayList<>();
    List<String> doubtful = new ArrayList<>();
    JsonWalk.through(
        text,
        schemas.parsed(schema),
        (path, type, at) -> {
          JsonFit fit = JsonFit.of(type, at);
          List<String> named = fit == JsonFit.NO ? wrong : doubtful;
          if (fit != JsonFit.YES && named.size() < MOST_NAMED) {
            named.add(named(path, type, at));
          }
        });
    return String.join(", ", wrong.isEmpty() ? doubtful : wrong);
  }

  private static String named(String path, DataType type, JsonParser at) throws IOException {
    return "%s is %s, expected %s"
        .formatted(path.isEmpty() ? "the body" : "'" + path + "'", met(at), type.simpleString());
  }

  private static String met(JsonParser at) throws IOException {
    return switch (at.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> '"' + bounded(at.getText()) + '"';
      default -> bounded(at.getText());
    };
  }

  private static String bounded(String text) {
    return text.length() <= VALUE_LENGTH ? text : text.substring(0, VALUE_LENGTH) + "...";
  }
}
