package io.sparkserving.options;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The way in which tokens of callers are written, in an option or a file. */
public final class ApiTokens {
  private static final String TOKEN = "[A-Za-z0-9._~+/=-]{16,}";

  /** A regular expression for the tokens of an option. */
  static final String PATTERN = "%s([,\\s]+%s)*".formatted(TOKEN, TOKEN);

  private static final Pattern ONE = Pattern.compile(TOKEN);

  private ApiTokens() {}

  /**
   * Returns the tokens of a text, in which lines that begin with {@code #} are comments.
   *
   * @throws IllegalArgumentException if something in the text is no token; the message does not say
   *     what
   */
  public static List<String> parse(String text) {
    List<String> tokens = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.startsWith("#")) {
        continue;
      }
      for (String token : line.split("[,\\s]+")) {
        if (ONE.matcher(token).matches()) {
          tokens.add(token);
        } else if (!token.isEmpty()) {
          throw new IllegalArgumentException(
              "Invalid token: expected 16 or more letters, digits and . _ ~ + / = -.");
        }
      }
    }
    return tokens;
  }
}
