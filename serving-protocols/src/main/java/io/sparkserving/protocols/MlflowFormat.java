package io.sparkserving.protocols;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.columns.RecordFormat;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Reads what clients of MLflow's scoring server send to {@code /invocations}. */
public final class MlflowFormat implements RecordFormat {
  private static final String SPLIT = "dataframe_split";
  private static final String RECORDS = "dataframe_records";
  private static final String INSTANCES = "instances";
  private static final String INPUTS = "inputs";
  private static final List<String> FORMS = List.of(SPLIT, RECORDS, INSTANCES, INPUTS);
  private static final Set<String> SPLIT_MEMBERS = Set.of("columns", "index", "data");

  /** Characters of all rows' parameters, which every row gets anew. */
  private static final long MOST_PARAMETERS = 64L << 20;

  private static final String EXPECTED =
      "Expected a JSON object with exactly one of " + String.join(", ", FORMS) + ".";

  @Override
  public String protocol() {
    return MlflowProtocol.NAME;
  }

  @Override
  public String records(String text, StructType schema, int most) {
    JsonNode body = ProtocolJson.read(text, EXPECTED);
    if (!body.isObject()) {
      throw new IllegalArgumentException(EXPECTED);
    }
    List<String> forms = FORMS.stream().filter(body::has).toList();
    if (forms.size() != 1) {
      throw new IllegalArgumentException(
          EXPECTED + (forms.isEmpty() ? "" : " The body has " + String.join(" and ", forms) + "."));
    }
    String form = forms.get(0);
    ArrayNode records = ofForm(form, body.get(form), schema, most);
    addParameters(records, body.get("params"), schema);
    return ProtocolJson.write(records);
  }

  private static ArrayNode ofForm(String form, JsonNode value, StructType schema, int most) {
    return switch (form) {
      case SPLIT -> split(value, schema, most);
      case RECORDS -> objects(value);
      case INSTANCES -> RowForms.rows(form, value, schema, most);
      default ->
          value.isObject()
              ? columns(value, schema, most)
              : RowForms.rows(form, value, schema, most);
    };
  }

  private static ArrayNode split(JsonNode split, StructType schema, int most) {
    if (!split.isObject() || !split.path("data").isArray()) {
      throw new IllegalArgumentException(
          "Expected " + SPLIT + " to be an object with the arrays data and columns.");
    }
    for (Iterator<String> names = split.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!SPLIT_MEMBERS.contains(name)) {
        throw new IllegalArgumentException(
            SPLIT + " has the member '" + name + "': expected data, columns and index alone.");
      }
    }
    RowForms.requireAtMost(split.get("data").size(), most);
    List<String> names = new ArrayList<>();
    if (split.has("columns")) {
      split.get("columns").forEach(name -> names.add(name.asText()));
    } else {
      names.addAll(List.of(schema.fieldNames()));
    }
    ArrayNode records = ProtocolJson.array();
    for (JsonNode row : split.get("data")) {
      records.add(RowForms.named(names, row, records.size(), SPLIT + ".data", schema));
    }
    return records;
  }

  private static ArrayNode objects(JsonNode records) {
    if (!(records instanceof ArrayNode array)) {
      throw new IllegalArgumentException("Expected " + RECORDS + " to be an array of objects.");
    }
    return array;
  }

  /** Columns by name, all of one length; a value that is no array is one row. */
  private static ArrayNode columns(JsonNode columns, StructType schema, int most) {
    ArrayNode records = ProtocolJson.array();
    Integer length = null;
    for (Iterator<String> names = columns.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonNode column = columns.get(name);
      int rows = column.isArray() ? column.size() : 1;
      if (length != null && length != rows) {
        throw new IllegalArgumentException(
            "Expected the columns of inputs to have one length: '%s' has %d rows, others %d."
                .formatted(name, rows, length));
      }
      length = rows;
      RowForms.requireAtMost(rows, most);
      boolean isField = schema.getFieldIndex(name).isDefined();
      for (int i = 0; i < rows; i++) {
        ObjectNode record = i < records.size() ? (ObjectNode) records.get(i) : records.addObject();
        if (isField) {
          record.set(name, column.isArray() ? column.get(i) : column);
        }
      }
    }
    return records;
  }

  /** Parameters are fields of every record that does not have them. */
  private static void addParameters(
      ArrayNode records, @Nullable JsonNode parameters, StructType schema) {
    if (parameters == null || parameters.isNull()) {
      return;
    }
    if (!parameters.isObject()) {
      throw new IllegalArgumentException("Expected params to be an object.");
    }
    if ((long) records.size() * ProtocolJson.write(parameters).length() > MOST_PARAMETERS) {
      throw new IllegalArgumentException("The params are too large for so many rows.");
    }
    for (JsonNode record : records) {
      for (Iterator<String> names = parameters.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (record instanceof ObjectNode object
            && !object.has(name)
            && schema.getFieldIndex(name).isDefined()) {
          object.set(name, parameters.get(name));
        }
      }
    }
  }
}
