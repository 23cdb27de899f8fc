package io.sparkserving.options;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One option: its name, type, default, range and meaning. No other place parses the option's text.
 *
 * @param name the option's name as documented; matched in any case
 * @param type the type's name as shown to users
 * @param defaultText the default as a user would write it, or null where the option has none
 * @param allowed what values are allowed, in words
 * @param doc what the option means
 * @param parser turns text into the value; throws {@link IllegalArgumentException} on any other
 */
record ServingOption<T>(
    String name,
    String type,
    @Nullable String defaultText,
    String allowed,
    String doc,
    Parser<T> parser) {

  /** The type of an option whose value is never printed. */
  static final String SECRET = "secret";

  /** Parses one value. */
  @FunctionalInterface
  interface Parser<T> {
    T parse(String text);
  }

  /**
   * Returns the value given, else the default, else null.
   *
   * @param options the options given, with case-insensitive keys
   * @throws IllegalArgumentException naming the option if its value is not allowed
   */
  @Nullable T read(Map<String, String> options) {
    String given = options.get(name);
    if (given != null) {
      return parse(given);
    }
    return defaultText == null ? null : parse(defaultText);
  }

  /** Returns the value given, else the default of an option that has one. */
  T readOrDefault(Map<String, String> options) {
    return Objects.requireNonNull(read(options), name);
  }

  private T parse(String text) {
    try {
      return parser.parse(text.trim());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Invalid value '%s' for option '%s': expected %s."
              .formatted(type.equals(SECRET) ? "***" : text, name, allowed),
          e);
    }
  }
}
