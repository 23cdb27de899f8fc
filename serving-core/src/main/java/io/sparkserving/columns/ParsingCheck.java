package io.sparkserving.columns;

import java.util.Locale;

/** What a body must be so that its row goes on; a request with any other is answered 400. */
enum ParsingCheck {
  /** Any body will do: what cannot be read is null. */
  NONE,
  /** The body must be JSON of the schema's root shape; a missing or mistyped field is null. */
  PARTIAL,
  /** The body must be JSON of the schema's root shape and types; a missing field is null. */
  TYPES,
  /** The body must be JSON with every field and sub-field of the schema. */
  FULL;

  static ParsingCheck of(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "none" -> NONE;
      case "partial" -> PARTIAL;
      case "types" -> TYPES;
      case "full" -> FULL;
      default ->
          throw new IllegalArgumentException(
              "Invalid parsingCheck '" + value + "': expected none, partial, types or full.");
    };
  }
}
