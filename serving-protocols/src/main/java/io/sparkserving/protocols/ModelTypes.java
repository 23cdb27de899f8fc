package io.sparkserving.protocols;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The inputs and outputs of a service as the protocol names their types, from its OpenAPI document.
 *
 * @param inputs datatype and shape of each input, by name
 * @param outputs the same of each output
 */
record ModelTypes(Map<String, Type> inputs, Map<String, Type> outputs) {
  static final ModelTypes UNKNOWN = new ModelTypes(Map.of(), Map.of());

  /**
   * The type of a tensor.
   *
   * @param datatype as the protocol names it
   * @param dimensions of each row's array; 0 for one value
   * @param encoding of bytes in texts, as JSON Schema names it; empty if texts are what they say
   */
  record Type(String datatype, int dimensions, String encoding) {
    boolean isBase64() {
      return encoding.equals("base64");
    }
  }

  /** Reads an OpenAPI document. */
  static ModelTypes of(byte[] openApi) {
    JsonNode paths = ProtocolJson.read(openApi).path("paths");
    JsonNode post = paths.elements().hasNext() ? paths.elements().next().path("post") : paths;
    return new ModelTypes(
        fields(post.at("/requestBody/content/application~1json/schema")),
        fields(post.at("/responses/200/content/application~1json/schema")));
  }

  private static Map<String, Type> fields(JsonNode schema) {
    JsonNode one = schema.has("oneOf") ? schema.get("oneOf").path(0) : schema;
    Map<String, Type> types = new LinkedHashMap<>();
    JsonNode properties = one.path("properties");
    for (Iterator<String> names = properties.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      types.put(name, type(properties.get(name)));
    }
    return types;
  }

  private static Type type(JsonNode schema) {
    int dimensions = 0;
    JsonNode inner = schema;
    while (is(inner, "array")) {
      dimensions++;
      inner = inner.path("items");
    }
    String format = inner.path("format").asText("");
    String datatype = Tensor.BYTES;
    if (is(inner, "boolean")) {
      datatype = "BOOL";
    } else if (is(inner, "integer")) {
      datatype = format.replace("int", "INT");
    } else if (is(inner, "number")) {
      datatype = format.equals("float") ? "FP32" : "FP64";
    }
    return new Type(datatype, dimensions, inner.path("contentEncoding").asText(""));
  }

  private static boolean is(JsonNode schema, String type) {
    JsonNode types = schema.path("type");
    return types.isArray() ? types.path(0).asText().equals(type) : types.asText().equals(type);
  }

  /** Tensors as the protocol describes them; what may differ from request to request is −1. */
  static ArrayNode describe(Map<String, Type> types) {
    ArrayNode all = ProtocolJson.array();
    types.forEach(
        (name, type) -> {
          ObjectNode tensor = all.addObject().put("name", name).put("datatype", type.datatype());
          ArrayNode shape = tensor.putArray("shape").add(-1);
          if (type.dimensions() == 0) {
            shape.add(1);
          }
          for (int i = 0; i < type.dimensions(); i++) {
            shape.add(-1);
          }
        });
    return all;
  }
}
