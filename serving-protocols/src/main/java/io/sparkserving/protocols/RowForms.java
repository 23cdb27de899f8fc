package io.sparkserving.protocols;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructType;

/** Rows as several protocols have them. */
final class RowForms {
  private RowForms() {}

  /**
   * Rows one by one: objects, lists of values in the schema's order, or values of its one field.
   */
  static ArrayNode rows(String form, JsonNode rows, StructType schema) {
    if (!rows.isArray()) {
      throw new IllegalArgumentException("Expected " + form + " to be an array.");
    }
    List<String> names = List.of(schema.fieldNames());
    boolean isSingle = names.size() == 1;
    boolean isList = isSingle && schema.apply(0).dataType() instanceof ArrayType;
    ArrayNode records = ProtocolJson.array();
    for (JsonNode row : rows) {
      if (row.isObject()) {
        records.add(row);
      } else if (isSingle && (isList || !row.isArray())) {
        records.add(ProtocolJson.object().set(names.get(0), row));
      } else {
        records.add(named(names, row, records.size(), form));
      }
    }
    return records;
  }

  /** A list of values as an object. */
  static ObjectNode named(List<String> names, JsonNode row, int position, String form) {
    if (!row.isArray() || row.size() != names.size()) {
      throw new IllegalArgumentException(
          "Expected row %d of %s to be an array of %d values: %s."
              .formatted(position, form, names.size(), String.join(", ", names)));
    }
    ObjectNode record = ProtocolJson.object();
    for (int i = 0; i < names.size(); i++) {
      record.set(names.get(i), row.get(i));
    }
    return record;
  }
}
