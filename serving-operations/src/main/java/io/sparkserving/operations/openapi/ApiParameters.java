package io.sparkserving.operations.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.schema.FieldSource;
import io.sparkserving.schema.RequestType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * The parameters of an API: what of a request's fields comes in the path, in headers, or in a query
 * string.
 *
 * @param path template of the service's path
 * @param request what requests are parsed to, if that is known
 */
record ApiParameters(String path, Optional<RequestType> request) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern PARAMETER = Pattern.compile("[{]([^}]*)[}]");

  private List<StructField> fields() {
    return request
        .map(RequestType::type)
        .filter(StructType.class::isInstance)
        .map(type -> List.of(((StructType) type).fields()))
        .orElse(List.of());
  }

  private List<String> ofPath() {
    List<String> names = new ArrayList<>();
    Matcher matcher = PARAMETER.matcher(path);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  /** Whether a request need not have a body, as parameters can say all. */
  boolean canSayAll() {
    List<StructField> fields = fields();
    return !fields.isEmpty()
        && fields.stream().allMatch(field -> FieldSource.isPlain(field.dataType()));
  }

  /** What of a type is for the body, or for the query string, to say. */
  DataType ofBody(DataType type) {
    List<String> ofPath = ofPath();
    return type instanceof StructType struct
        ? new StructType(
            Stream.of(struct.fields())
                .filter(field -> FieldSource.header(field).isEmpty())
                .filter(field -> !ofPath.contains(field.name()))
                .toArray(StructField[]::new))
        : type;
  }

  /**
   * The parameters of an operation.
   *
   * @param isWithoutBody whether the query string says what a body would
   */
  ArrayNode of(boolean isWithoutBody) {
    ArrayNode all = JSON.arrayNode();
    for (String name : ofPath()) {
      DataType type =
          fields().stream()
              .filter(field -> field.name().equals(name))
              .map(StructField::dataType)
              .findFirst()
              .orElse(DataTypes.StringType);
      all.add(parameter("path", name, type, true));
    }
    boolean isComplete = request.map(RequestType::complete).orElse(false);
    for (StructField field : fields()) {
      FieldSource.header(field)
          .ifPresent(
              header ->
                  all.add(
                      parameter(
                          "header", header, field.dataType(), isComplete || !field.nullable())));
    }
    if (isWithoutBody && canSayAll()) {
      for (StructField field : ((StructType) ofBody(request.get().type())).fields()) {
        boolean isRequired = isComplete || !field.nullable();
        all.add(parameter("query", field.name(), field.dataType(), isRequired));
      }
    }
    return all;
  }

  private static ObjectNode parameter(String in, String name, DataType type, boolean isRequired) {
    ObjectNode parameter = JSON.objectNode().put("name", name).put("in", in);
    parameter.put("required", isRequired);
    parameter.set("schema", new JsonSchemas(true).of(type));
    parameter.set("example", example(type));
    return parameter;
  }

  private static JsonNode example(DataType type) {
    if (type instanceof ArrayType array) {
      return JSON.arrayNode().add(example(array.elementType()));
    }
    if (FieldSource.isInteger(type)) {
      return JSON.numberNode(1);
    }
    if (type instanceof DoubleType || type instanceof FloatType || type instanceof DecimalType) {
      return JSON.numberNode(0.5);
    }
    if (type instanceof BooleanType) {
      return JSON.booleanNode(true);
    }
    if (type instanceof DateType) {
      return JSON.textNode("2026-01-31");
    }
    if (type instanceof TimestampType) {
      return JSON.textNode("2026-01-31T12:00:00Z");
    }
    return JSON.textNode(type instanceof TimestampNTZType ? "2026-01-31T12:00:00" : "hello");
  }
}
