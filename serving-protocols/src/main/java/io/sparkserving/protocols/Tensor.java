package io.sparkserving.protocols;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column of replies as a tensor.
 *
 * @param name of the output
 * @param datatype as the protocol names it
 * @param shape how many rows, and the shape of each
 * @param data all values, row by row
 */
record Tensor(String name, String datatype, List<Integer> shape, ArrayNode data) {
  static final String BYTES = "BYTES";

  /**
   * Makes a tensor of the values of all rows. Values that are no tensors, such as objects, and
   * arrays of unlike lengths, are texts of JSON.
   *
   * @param datatype that of the values, if it is known
   */
  static Tensor of(String name, @Nullable String datatype, List<JsonNode> rows) {
    List<Integer> ofRow = rows.isEmpty() ? List.of(1) : shape(rows.get(0));
    ArrayNode data = ProtocolJson.array();
    boolean isTensor = true;
    for (JsonNode row : rows) {
      isTensor = isTensor && shape(row).equals(ofRow) && addAll(row, data);
    }
    if (!isTensor) {
      data = ProtocolJson.array();
      for (JsonNode row : rows) {
        data.add(row.isTextual() || row.isNull() ? row : data.textNode(ProtocolJson.write(row)));
      }
      return new Tensor(name, BYTES, List.of(rows.size(), 1), data);
    }
    List<Integer> shape = new ArrayList<>(List.of(rows.size()));
    shape.addAll(ofRow);
    return new Tensor(name, datatype == null ? datatype(data) : datatype, shape, data);
  }

  /** The shape of a value, of whose arrays the first elements tell. */
  private static List<Integer> shape(JsonNode value) {
    List<Integer> shape = new ArrayList<>();
    for (JsonNode inner = value; inner != null && inner.isArray(); inner = inner.get(0)) {
      shape.add(inner.size());
    }
    return shape.isEmpty() ? List.of(1) : shape;
  }

  /** Adds the values of a row; false if there are others than scalars, or arrays are ragged. */
  private static boolean addAll(JsonNode value, ArrayNode data) {
    if (!value.isArray()) {
      data.add(value);
      return !value.isObject();
    }
    for (JsonNode inner : value) {
      if (!shape(inner).equals(shape(value.get(0))) || !addAll(inner, data)) {
        return false;
      }
    }
    return true;
  }

  private static String datatype(ArrayNode data) {
    String found = null;
    for (JsonNode value : data) {
      String one =
          value.isBoolean()
              ? "BOOL"
              : value.isIntegralNumber() ? "INT64" : value.isNumber() ? "FP64" : BYTES;
      if (!value.isNull()) {
        boolean isNumber = found != null && !found.equals(BYTES) && !found.equals("BOOL");
        found =
            found == null || found.equals(one)
                ? one
                : isNumber && value.isNumber() ? "FP64" : BYTES;
      }
    }
    return found == null ? BYTES : found;
  }

  ObjectNode toJson() {
    ObjectNode output = ProtocolJson.object().put("name", name).put("datatype", datatype);
    ArrayNode sizes = output.putArray("shape");
    shape.forEach(sizes::add);
    output.set("data", data);
    return output;
  }
}
