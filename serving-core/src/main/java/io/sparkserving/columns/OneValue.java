package io.sparkserving.columns;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether nothing but white space follows a JSON object or array in a text from which Spark
 * has read it. {@code from_json} does not tell; to find the end in well-formed text takes its
 * quotes and brackets only, which is a fraction of what a second reading takes.
 */
final class OneValue implements UDF1<String, Boolean> {
  private static final long serialVersionUID = 1L;

  private final JsonRoot root;

  private OneValue(JsonRoot root) {
    this.root = root;
  }

  /** A boolean column over a text; its value means nothing where nothing was read. */
  static Column in(Column text, JsonRoot root) {
    return functions.udf(function(root), DataTypes.BooleanType).apply(text);
  }

  static OneValue function(JsonRoot root) {
    return new OneValue(root);
  }

  @Override
  public Boolean call(@Nullable String text) {
    return text != null && isOpened(text) && isBlank(text, end(text));
  }

  private boolean isOpened(String text) {
    return text.startsWith(root.opening());
  }

  /**
   * Returns the index after the bracket that closes the first one, or an index beyond the text if
   * no bracket does.
   */
  private static int end(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '{', '[' -> depth++;
        case '}', ']' -> {
          if (--depth == 0) {
            return i + 1;
          }
        }
        // Spark reads strings in single quotes too.
        case '"', '\'' -> i = JsonText.closingQuote(text, i);
        default -> {}
      }
    }
    return text.length() + 1;
  }

  private static boolean isBlank(String text, int from) {
    if (from > text.length()) {
      return false;
    }
    for (int i = from; i < text.length(); i++) {
      if (!JsonText.isWhiteSpace(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
