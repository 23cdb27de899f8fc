package io.sparkserving.columns;

/** Finds its way in a text of JSON by quotes, without reading it. */
final class JsonText {

  private JsonText() {}

  /** The index of the quote that closes the one at an index; the text's length if none does. */
  static int closingQuote(String text, int opening) {
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

  static boolean isWhiteSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
