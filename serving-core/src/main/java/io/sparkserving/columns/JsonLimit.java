package io.sparkserving.columns;

import org.jspecify.annotations.Nullable;

/**
 * What the JSON parser that Spark uses reads no further than. The text of strings has no limit
 * here: {@link JsonBody} lifts that one.
 */
enum JsonLimit {
  NAME("has a name of more than %,d characters", 50_000),
  NUMBER("has a number of more than %,d characters", 1_000),
  DEPTH("is nested deeper than %,d levels", 1_000);

  private final String excess;
  private final int most;

  JsonLimit(String excess, int most) {
    this.excess = excess;
    this.most = most;
  }

  /** A sentence that says that a body is beyond the limit. */
  String told() {
    return "The body " + excess.formatted(most) + ", which cannot be read.";
  }

  /** The first limit that a text of JSON is beyond; null if it is within all. */
  static @Nullable JsonLimit exceededBy(String text) {
    int depth = 0;
    int ofNumber = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      ofNumber = isOfNumber(c) ? ofNumber + 1 : 0;
      switch (c) {
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case '"', '\'' -> {
          int closing = JsonText.closingQuote(text, i);
          if (closing - i - 1 > NAME.most && isBeforeColon(text, closing + 1)) {
            return NAME;
          }
          i = closing;
        }
        default -> {}
      }
      if (depth > DEPTH.most) {
        return DEPTH;
      }
      if (ofNumber > NUMBER.most) {
        return NUMBER;
      }
    }
    return null;
  }

  private static boolean isOfNumber(char c) {
    return (c >= '0' && c <= '9') || ".eE+-".indexOf(c) >= 0;
  }

  private static boolean isBeforeColon(String text, int from) {
    int i = from;
    while (i < text.length() && JsonText.isWhiteSpace(text.charAt(i))) {
      i++;
    }
    return i < text.length() && text.charAt(i) == ':';
  }
}
