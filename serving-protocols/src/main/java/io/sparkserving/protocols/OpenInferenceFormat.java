package io.sparkserving.protocols;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.columns.RecordFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/**
 * Reads what clients of the Open Inference Protocol send: tensors, each a column of the records, of
 * whose shape the first number is how many records there are. Requests of its first version have
 * {@code instances}, as MLflow's do. Values of tensors stand in the JSON, or as bytes behind it.
 */
public final class OpenInferenceFormat implements RecordFormat {
  private static final Set<String> DATATYPES =
      Set.of(
          "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16",
          "FP32", "FP64", "BYTES");

  @Override
  public String protocol() {
    return OpenInferenceProtocol.NAME;
  }

  @Override
  public String textLengthHeader() {
    return BinaryInput.LENGTH_HEADER;
  }

  @Override
  public String records(String text, StructType schema, int most) {
    return records(text, ByteBuffer.allocate(0), schema, most);
  }

  @Override
  public String records(String text, ByteBuffer rest, StructType schema, int most) {
    JsonNode body = ProtocolJson.read(text, "Expected a JSON object with the array inputs.");
    if (body.path("instances").isArray()) {
      return ProtocolJson.write(RowForms.rows("instances", body.get("instances"), schema, most));
    }
    JsonNode inputs = body.path("inputs");
    if (!inputs.isArray() || inputs.isEmpty()) {
      throw new IllegalArgumentException("Expected a JSON object with the array inputs.");
    }
    ArrayNode records = ProtocolJson.array();
    Set<String> names = new HashSet<>();
    for (JsonNode input : inputs) {
      String name = input.path("name").asText("");
      if (name.isEmpty() || !names.add(name)) {
        throw new IllegalArgumentException("Expected each of inputs to have a name of its own.");
      }
      add(records, names.size() == 1, name, input, rest, schema, most);
    }
    if (rest.hasRemaining()) {
      throw new IllegalArgumentException(
          "The body has %d bytes more than the binary_data_size of its inputs."
              .formatted(rest.remaining()));
    }
    return ProtocolJson.write(records);
  }

  private static void add(
      ArrayNode records,
      boolean isFirst,
      String name,
      JsonNode input,
      ByteBuffer rest,
      StructType schema,
      int most) {
    String datatype = input.path("datatype").asText("");
    if (!DATATYPES.contains(datatype)) {
      throw new IllegalArgumentException(
          "The input '%s' has the datatype '%s': expected one of %s."
              .formatted(name, datatype, String.join(", ", DATATYPES.stream().sorted().toList())));
    }
    List<Integer> shape = shape(name, input.path("shape"));
    int count = count(name, shape);
    int rows = shape.get(0);
    RowForms.requireAtMost(rows, most);
    boolean isField = schema.getFieldIndex(name).isDefined();
    ByteBuffer bytes = BinaryInput.take(name, input, rest);
    ArrayNode flat;
    if (bytes == null) {
      flat = flat(name, shape, count, input.path("data"));
    } else {
      boolean isBinary = isField && BinaryInput.isOfBytes(schema.apply(name).dataType());
      flat = BinaryInput.values(name, datatype, count, bytes, isBinary);
    }
    if (isFirst) {
      for (int i = 0; i < rows; i++) {
        records.addObject();
      }
    }
    if (records.size() != rows) {
      throw new IllegalArgumentException(
          "Expected the inputs to have one number of rows: '%s' has %d, others %d."
              .formatted(name, rows, records.size()));
    }
    boolean isList = isField && schema.apply(name).dataType() instanceof ArrayType;
    List<Integer> ofRow = shape.subList(1, shape.size());
    boolean isScalar = ofRow.isEmpty() || (!isList && ofRow.equals(List.of(1)));
    int size = rows == 0 ? 0 : flat.size() / rows;
    for (int i = 0; i < rows; i++) {
      ObjectNode record = (ObjectNode) records.get(i);
      if (isField) {
        record.set(name, isScalar ? flat.get(i) : nested(flat, i * size, size, ofRow));
      }
    }
  }

  /** How many values a shape has; of a row there is one at least. */
  private static int count(String name, List<Integer> shape) {
    long count = 1;
    for (int i = 0; i < shape.size(); i++) {
      count *= shape.get(i);
      if (count > Integer.MAX_VALUE || (i > 0 && shape.get(i) == 0)) {
        throw new IllegalArgumentException(
            "The shape %s of the input '%s' is none of a row's values.".formatted(shape, name));
      }
    }
    return (int) count;
  }

  private static List<Integer> shape(String name, JsonNode given) {
    List<Integer> shape = new ArrayList<>();
    for (JsonNode size : given) {
      shape.add(size.isInt() && size.intValue() >= 0 ? size.intValue() : -1);
    }
    if (!given.isArray() || shape.isEmpty() || shape.contains(-1)) {
      throw new IllegalArgumentException(
          "Expected the shape of the input '%s' to be an array of sizes.".formatted(name));
    }
    return shape;
  }

  private static ArrayNode flat(String name, List<Integer> shape, int count, JsonNode data) {
    ArrayNode flat = ProtocolJson.array();
    flatten(data, flat);
    if (!data.isArray() || flat.size() != count) {
      throw new IllegalArgumentException(
          "The input '%s' has %d values of data: expected %d, as its shape %s says."
              .formatted(name, flat.size(), count, shape));
    }
    return flat;
  }

  private static void flatten(JsonNode data, ArrayNode flat) {
    for (JsonNode value : data) {
      if (value.isArray()) {
        flatten(value, flat);
      } else {
        flat.add(value);
      }
    }
  }

  private static JsonNode nested(ArrayNode flat, int start, int size, List<Integer> shape) {
    ArrayNode values = ProtocolJson.array();
    int parts = shape.get(0);
    for (int i = 0; i < parts; i++) {
      int each = size / parts;
      values.add(
          shape.size() == 1
              ? flat.get(start + i)
              : nested(flat, start + i * each, each, shape.subList(1, shape.size())));
    }
    return values;
  }
}
