package io.sparkserving.columns;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import scala.Option;

/**
 * Goes through the values of a JSON text that a schema has a place for, in the order of the text.
 * Reads JSON as {@code from_json} does. Recurses no deeper than the schema.
 */
final class JsonWalk {
  private static final int NAME_LENGTH = 50;

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  /** Is shown values that are not null, other than structs, arrays and maps of the right kind. */
  interface Visitor {
    /**
     * Looks at the value that the parser is at.
     *
     * @param path where the value is, such as {@code items[2].name}; empty for the root
     * @param type what the schema says that it is
     */
    void visit(String path, DataType type, JsonParser at) throws IOException;
  }

  private final JsonParser parser;
  private final Visitor visitor;

  private JsonWalk(JsonParser parser, Visitor visitor) {
    this.parser = parser;
    this.visitor = visitor;
  }

  /**
   * Shows the values of a text to a visitor, up to where the text is not JSON.
   *
   * @return whether the text was JSON to the end of its first value
   */
  static boolean through(String text, DataType schema, Visitor visitor) {
    try (JsonParser parser = parser(text)) {
      parser.nextToken();
      new JsonWalk(parser, visitor).value("", schema);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Reads a text as all walks do. */
  static JsonParser parser(String text) throws IOException {
    return FACTORY.createParser(text);
  }

  private void value(String path, DataType type) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null || token == JsonToken.VALUE_NULL) {
      return;
    }
    if (type instanceof UserDefinedType<?> own) {
      value(path, own.sqlType());
    } else if (type instanceof StructType struct && token == JsonToken.START_OBJECT) {
      fields(path, struct);
    } else if (type instanceof ArrayType array && token == JsonToken.START_ARRAY) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        value(path + "[" + i + "]", array.elementType());
      }
    } else if (type instanceof MapType map && token == JsonToken.START_OBJECT) {
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = bounded(parser.currentName());
        parser.nextToken();
        value(path + "[" + key + "]", map.valueType());
      }
    } else {
      visitor.visit(path, type, parser);
      parser.skipChildren();
    }
  }

  private void fields(String path, StructType struct) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      Option<Object> index = struct.getFieldIndex(name);
      if (index.isDefined()) {
        String inner = path.isEmpty() ? name : path + "." + name;
        value(inner, struct.fields()[(Integer) index.get()].dataType());
      } else {
        parser.skipChildren();
      }
    }
  }

  private static String bounded(String name) {
    return name.length() <= NAME_LENGTH ? name : name.substring(0, NAME_LENGTH) + "...";
  }
}
