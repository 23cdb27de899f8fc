package io.sparkserving.columns;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.sparkserving.schema.SourceNotes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Makes the JSON that a request comes to, of its body, its parameters and its headers. Requests
 * whose body is all that they say never come here.
 *
 * @param schema of the JSON, or of each of its records
 * @param source what the service's source says of itself
 * @param mostRecords how many records a body may have; 0 if it is one object
 */
record RequestText(StructType schema, SourceNotes source, int mostRecords) implements Serializable {

  /** Whether a request of this text, trimmed and null where there is none, says all in its body. */
  Column isInBody(Column text, Column uri) {
    if (isOfProtocol() || RequestMembers.hasHeaders(schema) || source.path().contains("{")) {
      return lit(false);
    }
    if (!RequestMembers.mayBeOf(schema)) {
      return lit(true);
    }
    Column isJson = text.startsWith("{").or(text.startsWith("["));
    return coalesce(isJson, lit(false)).and(coalesce(functions.not(uri.contains("?")), lit(true)));
  }

  /** The text, where not all is in the body. */
  Column text(Column text, Column request) {
    UDF2<String, Row, String> merged = this::merged;
    return functions.udf(merged, DataTypes.StringType).apply(text, request);
  }

  /**
   * A sentence that says which parameter or header is not of its field's type, or what is wrong
   * with a body of a protocol; or null.
   *
   * @param said what came of the text
   */
  Column fault(Column isInBody, Column text, Column said, Column request) {
    UDF2<String, Row, String> found = this::fault;
    Column fault = functions.udf(found, DataTypes.StringType).apply(text, request);
    Column isGood = isOfProtocol() ? said.isNotNull() : isInBody;
    return when(isGood, Refusal.nothing()).otherwise(fault);
  }

  private @Nullable String fault(@Nullable String text, @Nullable Row request) {
    if (request == null) {
      return null;
    }
    if (!isOfProtocol()) {
      return members(text, request).fault();
    }
    try {
      ofProtocol(text, request);
      return null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private boolean isOfProtocol() {
    return !source.protocol().isEmpty();
  }

  private @Nullable String ofProtocol(@Nullable String text, Row request) {
    if (text == null) {
      return null;
    }
    if (isCsv(request)) {
      return CsvRecords.json(text, schema, mostRecords);
    }
    RecordFormat format = RecordFormat.of(source.protocol());
    BodyParts parts = BodyParts.of(text, request, format.textLengthHeader());
    return format.records(parts.text(), parts.rest(), schema, mostRecords);
  }

  private RequestMembers members(@Nullable String text, Row request) {
    boolean isForm = !isJson(text) && RequestValues.isForm(request);
    return RequestMembers.of(request, RequestValues.of(request, source.path(), isForm), schema);
  }

  private static boolean isJson(@Nullable String text) {
    return text != null && (text.startsWith("{") || text.startsWith("["));
  }

  private @Nullable String merged(@Nullable String text, @Nullable Row request) {
    if (request == null) {
      return text;
    }
    if (isOfProtocol()) {
      try {
        return ofProtocol(text, request);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    RequestMembers members = members(text, request);
    String body = text;
    if (!isJson(text)) {
      if (mostRecords > 0 && text != null && isCsv(request)) {
        body = CsvRecords.json(text, schema, mostRecords);
      } else if (members.saysSomething()
          && (isWithoutBody(request) || RequestValues.isForm(request))) {
        body = "{}";
      }
    }
    if (body == null || members.isEmpty()) {
      return body;
    }
    if (body.startsWith("{")) {
      return members.in(body);
    }
    return mostRecords > 0 && body.startsWith("[") ? inEach(body, members) : body;
  }

  private static boolean isWithoutBody(Row request) {
    byte[] content = RequestValues.content(request);
    return content == null || content.length == 0;
  }

  private static boolean isCsv(Row request) {
    return RequestValues.mediaType(RequestValues.contentType(request)).equals("text/csv");
  }

  private String inEach(String array, RequestMembers members) {
    String[] records = new RecordTexts().call(array);
    // Too many are refused, and not to be made larger before.
    if (records == null || records.length > mostRecords) {
      return array;
    }
    List<String> merged = new ArrayList<>(records.length);
    for (String record : records) {
      merged.add(record.startsWith("{") ? members.in(record) : record);
    }
    return "[" + String.join(",", merged) + "]";
  }
}
