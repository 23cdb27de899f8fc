package io.sparkserving.columns;

/**
 * Tells of a number's text whether Spark makes a decimal of it in a moment. Spark takes a number in
 * quotes too, drops the commas in it, takes any script's digits, and writes out all the digits that
 * an exponent stands for.
 */
final class DecimalText {
  static final int MOST_DIGITS = 1_000;
  static final int LARGEST_EXPONENT = 1_000;
  private static final int SHORTEST_LARGE_EXPONENT = 4;

  private DecimalText() {}

  /** Whether a number has more digits than Spark should be given, or a larger exponent. */
  static boolean isTooLarge(String number) {
    int digits = 0;
    long exponent = 0;
    boolean inExponent = false;
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      if (Character.isDigit(c) && inExponent) {
        exponent = Math.min(10 * exponent + Character.digit(c, 10), Integer.MAX_VALUE);
      } else if (Character.isDigit(c)) {
        digits++;
      } else if (c == 'e' || c == 'E') {
        inExponent = true;
      }
    }
    return digits > MOST_DIGITS || exponent > LARGEST_EXPONENT;
  }

  /**
   * Whether a text of JSON may have a number in it that is too large. Looks at each character once,
   * and knows nothing of JSON.
   */
  static boolean mayBeIn(String text) {
    int run = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isOfNumber(c)) {
        run++;
        if (run > MOST_DIGITS) {
          return true;
        }
      } else if ((c == 'e' || c == 'E') && run > 0) {
        if (isLargeExponent(text, i + 1)) {
          return true;
        }
      } else if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == 'u') {
        // A digit may be written as an escape.
        return true;
      } else {
        run = 0;
      }
    }
    return false;
  }

  private static boolean isLargeExponent(String text, int from) {
    int digits = 0;
    for (int i = from; i < text.length() && digits < SHORTEST_LARGE_EXPONENT; i++) {
      char c = text.charAt(i);
      if (Character.isDigit(c)) {
        digits++;
      } else if (c != ',' && c != '+' && c != '-') {
        return false;
      }
    }
    return digits == SHORTEST_LARGE_EXPONENT;
  }

  private static boolean isOfNumber(char c) {
    return (c >= '0' && c <= '9') || c == ',' || c == '.' || (c > 127 && Character.isDigit(c));
  }
}
