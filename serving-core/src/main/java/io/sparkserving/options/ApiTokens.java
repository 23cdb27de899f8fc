package io.sparkserving.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way in which tokens of callers are written, in an option or a file: {@code token} or {@code
 * name=token}. A token has {@code =} at its end only, as RFC 6750 has it, so that one elsewhere
 * ends a name.
 */
public final class ApiTokens {
  static final String ALLOWED =
      "tokens of 16 or more letters, digits and . _ ~ + / - with = at the end only, each alone or as"
          + " name=token, with commas or spaces between";

  private static final String ENTRY =
      "(?:(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,31})=)?(?<token>[A-Za-z0-9._~+/-]{16,}=*)";

  private static final Pattern ONE = Pattern.compile(ENTRY);

  private ApiTokens() {}

  /** The option's text, if it has tokens and nothing else. */
  static HiddenText parseOption(String text) {
    if (parse(text).isEmpty()) {
      throw invalid();
    }
    return new HiddenText(text);
  }

  /**
   * Returns the tokens of a text, in which lines that begin with {@code #} are comments.
   *
   * @throws IllegalArgumentException if something in the text is no token; the message does not say
   *     what
   */
  public static List<ApiToken> parse(String text) {
    List<ApiToken> tokens = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.startsWith("#")) {
        continue;
      }
      for (String entry : line.split("[,\\s]+")) {
        Matcher matcher = ONE.matcher(entry);
        if (matcher.matches()) {
          tokens.add(
              new ApiToken(
                  Optional.ofNullable(matcher.group("name")),
                  new HiddenText(matcher.group("token"))));
        } else if (!entry.isEmpty()) {
          throw invalid();
        }
      }
    }
    return tokens;
  }

  private static IllegalArgumentException invalid() {
    return new IllegalArgumentException("Invalid token: expected " + ALLOWED + ".");
  }
}
