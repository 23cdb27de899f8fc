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
  static ArrayNode rows(String form, JsonNode rows, StructType schema, int most) {
    if (!rows.isArray()) {
      throw new IllegalArgumentException("Expected " + form + " to be an array.");
    }
    requireAtMost(rows.size(), most);
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
        records.add(named(names, row, records.size(), form, schema));
      }
    }
    return records;
  }

  /** Checks a number of rows before anything is made of them. */
  static void requireAtMost(int rows, int most) {
    if (rows > most) {
      throw new IllegalArgumentException(
          "The body has %d records; %,d are read at most.".formatted(rows, most));
    }
  }

  /** A list of values as an object, of those that the schema has. */
  static ObjectNode named(
      List<String> names, JsonNode row, int position, String form, StructType schema) {
    if (!row.isArray() || row.size() != names.size()) {
      throw new IllegalArgumentException(
          "Expected row %d of %s to be an array of %d values: %s."
              .formatted(position, form, names.size(), String.join(", ", names)));
    }
    ObjectNode record = ProtocolJson.object();
    for (int i = 0; i < names.size(); i++) {
      if (schema.getFieldIndex(names.get(i)).isDefined()) {
        record.set(names.get(i), row.get(i));
      }
    }
    return record;
  }
}
