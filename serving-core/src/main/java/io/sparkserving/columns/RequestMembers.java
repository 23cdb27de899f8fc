package io.sparkserving.columns;

import io.sparkserving.schema.FieldSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of the fields of a schema beside its body of JSON, as members of a JSON
 * object. A field whose metadata names a {@code header} comes from that header alone; of other
 * fields, those that the body has are the body's.
 *
 * @param ofParameters to stand before the body's own members, as readers keep the last of a name
 * @param ofHeaders to stand after them
 * @param saysSomething whether there is a value of any field
 * @param fault a sentence that names the first value that is not of its field's type; null if none
 */
record RequestMembers(
    List<String> ofParameters,
    List<String> ofHeaders,
    boolean saysSomething,
    @Nullable String fault) {
  private static final String NULL = "null";
  private static final int VALUE_LENGTH = 50;

  /** Whether requests may say something of a schema's fields beside their bodies. */
  static boolean mayBeOf(StructType schema) {
    for (StructField field : schema.fields()) {
      if (FieldSource.isPlain(field.dataType())) {
        return true;
      }
    }
    return false;
  }

  /** Whether headers say something of a schema's fields. */
  static boolean hasHeaders(StructType schema) {
    for (StructField field : schema.fields()) {
      if (FieldSource.header(field).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** Finds the members. */
  static RequestMembers of(Row request, RequestValues values, StructType schema) {
    List<String> parameters = new ArrayList<>();
    List<String> headers = new ArrayList<>();
    String fault = null;
    boolean saysSomething = false;
    for (StructField field : schema.fields()) {
      boolean isHeader = FieldSource.header(field).isPresent();
      if (FieldSource.isPlain(field.dataType())) {
        String source = FieldSource.header(field).orElse(field.name());
        List<String> texts =
            isHeader ? headers(request, source) : values.of(source, field.dataType());
        String json = texts.isEmpty() ? null : FieldText.json(field.dataType(), texts);
        if (!texts.isEmpty() && json == null && fault == null) {
          fault = fault(isHeader ? "header" : "parameter", source, field, texts);
        }
        if (isHeader) {
          headers.add(member(field, json == null ? NULL : json));
        } else if (json != null) {
          parameters.add(member(field, json));
        }
        saysSomething = saysSomething || !texts.isEmpty();
      }
    }
    return new RequestMembers(parameters, headers, saysSomething, fault);
  }

  private static String member(StructField field, String json) {
    return FieldText.string(field.name()) + ":" + json;
  }

  /** The values of a header, whose name is in letters of any case. */
  static List<String> headers(Row request, String name) {
    List<String> values = new ArrayList<>();
    if (!request.isNullAt(1)) {
      for (Row header : request.<Row>getList(1)) {
        if (header != null && name.equalsIgnoreCase(header.getString(0)) && !header.isNullAt(1)) {
          values.add(header.getString(1));
        }
      }
    }
    return values;
  }

  private static String fault(String kind, String source, StructField field, List<String> texts) {
    String type = field.dataType().simpleString();
    return texts.size() > 1 && FieldText.json(field.dataType(), texts.subList(0, 1)) != null
        ? "The %s '%s' is given %d times, expected one %s."
            .formatted(kind, source, texts.size(), type)
        : "The %s '%s' is \"%s\", expected %s."
            .formatted(kind, source, bounded(String.join(", ", texts)), type);
  }

  static String bounded(String text) {
    return text.length() <= VALUE_LENGTH ? text : text.substring(0, VALUE_LENGTH) + "...";
  }

  boolean isEmpty() {
    return ofParameters.isEmpty() && ofHeaders.isEmpty();
  }

  /** An object with these members beside its own. */
  String in(String object) {
    int end = object.lastIndexOf('}');
    if (isEmpty() || end < 1) {
      return object;
    }
    String own = object.substring(1, end);
    List<String> all = new ArrayList<>(ofParameters);
    if (!own.isBlank()) {
      all.add(own);
    }
    all.addAll(ofHeaders);
    return "{" + String.join(",", all) + object.substring(end);
  }
}
