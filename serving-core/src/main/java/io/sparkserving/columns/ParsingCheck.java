package io.sparkserving.columns;

import java.util.Locale;

/** What a body must be so that its row goes on; any other is answered with a 400. */
enum ParsingCheck {
  /** Anything: what cannot be read is null. */
  NONE,
  /** JSON of the schema's root shape: what is missing or of another type is null. */
  PARTIAL,
  /** JSON with every field and sub-field of the schema. */
  FULL;

  static ParsingCheck of(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "none" -> NONE;
      case "partial" -> PARTIAL;
      case "full" -> FULL;
      default ->
          throw new IllegalArgumentException(
              "Invalid parsingCheck '" + value + "': expected none, partial or full.");
    };
  }
}
