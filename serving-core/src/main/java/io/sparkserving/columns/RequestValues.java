package io.sparkserving.columns;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * The values by name that a request has beside a body of JSON: in its path, in its query string, or
 * in a body that is a form. A name that the path has is not looked for in the query, and one of the
 * query not in the form.
 */
final class RequestValues {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String MULTIPART = "multipart/form-data";

  /**
   * One value.
   *
   * @param bytes of a file or part of a body, of which text is UTF-8; null for a value of text
   */
  record Value(String text, byte @Nullable [] bytes) {
    static Value of(String text) {
      return new Value(text, null);
    }

    String as(DataType type) {
      return bytes != null && type instanceof BinaryType
          ? Base64.getEncoder().encodeToString(bytes)
          : text;
    }
  }

  private final Map<String, List<Value>> byName = new LinkedHashMap<>();

  private RequestValues() {}

  /**
   * Reads a request.
   *
   * @param request struct of {@code REQUEST}
   * @param path template of the service's path, such as {@code v1/users/{user}}; may be without
   *     parameters
   * @param isForm whether the body is one, if its type says so
   */
  static RequestValues of(Row request, String path, boolean isForm) {
    RequestValues values = new RequestValues();
    Row requestLine = request.getStruct(0);
    String uri = requestLine == null || requestLine.isNullAt(1) ? "" : requestLine.getString(1);
    int query = uri.indexOf('?');
    values.add(inPath(path, query < 0 ? uri : uri.substring(0, query)));
    if (query >= 0) {
      values.add(encoded(uri.substring(query + 1)));
    }
    byte[] content = content(request);
    if (isForm && content != null) {
      values.add(form(content, contentType(request)));
    }
    return values;
  }

  private void add(Map<String, List<Value>> more) {
    more.forEach(byName::putIfAbsent);
  }

  /** The texts of a field's values; empty if it has none. */
  List<String> of(String name, DataType type) {
    DataType one = type instanceof ArrayType array ? array.elementType() : type;
    return byName.getOrDefault(name, List.of()).stream().map(value -> value.as(one)).toList();
  }

  /** Whether the type of the body says that it is a form. */
  static boolean isForm(Row request) {
    String type = mediaType(contentType(request));
    return type.equals(FORM) || type.equals(MULTIPART);
  }

  static byte @Nullable [] content(Row request) {
    Row entity = request.getStruct(2);
    return entity == null || entity.isNullAt(0) ? null : entity.getAs(0);
  }

  /** The content type as it was sent; empty if there was none. */
  static String contentType(Row request) {
    Row entity = request.getStruct(2);
    Row header = entity == null ? null : entity.getStruct(3);
    return header == null || header.isNullAt(1) ? "" : header.getString(1);
  }

  /** The type without its parameters, in lower case. */
  static String mediaType(String contentType) {
    int end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  private static Map<String, List<Value>> form(byte[] content, String contentType) {
    return mediaType(contentType).equals(MULTIPART)
        ? MultipartForm.values(content, contentType)
        : encoded(new String(content, StandardCharsets.UTF_8));
  }

  private static Map<String, List<Value>> inPath(String template, String path) {
    Map<String, List<Value>> found = new LinkedHashMap<>();
    if (template.contains("{")) {
      String[] names = template.split("/", -1);
      String[] segments = path.replaceFirst("^/+", "").split("/", -1);
      for (int i = 0; i < Math.min(names.length, segments.length); i++) {
        if (names[i].startsWith("{")) {
          String name = names[i].substring(1, names[i].length() - 1);
          // A plus sign of a path is no space.
          found.put(name, List.of(Value.of(decoded(segments[i].replace("+", "%2B")))));
        }
      }
    }
    return found;
  }

  private static Map<String, List<Value>> encoded(String pairs) {
    Map<String, List<Value>> found = new LinkedHashMap<>();
    for (String pair : pairs.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (!pair.isEmpty()) {
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
        found.computeIfAbsent(name, key -> new ArrayList<>()).add(Value.of(value));
      }
    }
    return found;
  }

  /** A text as it was before it was encoded; as it is, if it was not. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
