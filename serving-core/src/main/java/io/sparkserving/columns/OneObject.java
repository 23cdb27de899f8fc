package io.sparkserving.columns;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether nothing but white space follows a JSON object in a text from which Spark has read
 * the object. {@code from_json} does not tell; to find the object's end in well-formed text takes
 * its quotes and brackets only, which is a fraction of what a second reading takes.
 */
final class OneObject implements UDF1<String, Boolean> {
  private static final long serialVersionUID = 1L;

  private OneObject() {}

  /** A boolean column over a text; its value means nothing where no object was read. */
  static Column in(Column text) {
    return functions.udf(function(), DataTypes.BooleanType).apply(text);
  }

  static OneObject function() {
    return new OneObject();
  }

  @Override
  public Boolean call(@Nullable String text) {
    return text != null && text.startsWith("{") && isBlank(text, end(text));
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
        case '"', '\'' -> i = closingQuote(text, i);
        default -> {}
      }
    }
    return text.length() + 1;
  }

  private static int closingQuote(String text, int opening) {
    char quote = text.charAt(opening);
    int closing = opening;
    do {
      closing = text.indexOf(quote, closing + 1);
    } while (closing > 0 && isEscaped(text, closing));
    return closing < 0 ? text.length() : closing;
  }

  private static boolean isEscaped(String text, int at) {
    int backslashes = 0;
    while (text.charAt(at - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private static boolean isBlank(String text, int from) {
    if (from > text.length()) {
      return false;
    }
    for (int i = from; i < text.length(); i++) {
      if (" \t\r\n".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }
}
