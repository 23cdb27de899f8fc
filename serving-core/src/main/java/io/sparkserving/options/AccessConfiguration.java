package io.sparkserving.options;

import java.util.Map;
import java.util.Optional;

/**
 * The tokens of which a caller of a service must show one.
 *
 * @param tokens tokens as written in option {@code auth.tokens}; empty without that option
 * @param tokensFile file with further tokens, on the machine of each server; empty for none
 */
public record AccessConfiguration(Optional<HiddenText> tokens, Optional<String> tokensFile) {

  /** Parses reader options; the result is empty if anybody may call. */
  static Optional<AccessConfiguration> parse(Map<String, String> options) {
    Optional<HiddenText> tokens = Optional.ofNullable(OperationsOptions.AUTH_TOKENS.read(options));
    Optional<String> file = Optional.ofNullable(OperationsOptions.AUTH_TOKENS_FILE.read(options));
    return tokens.isEmpty() && file.isEmpty()
        ? Optional.empty()
        : Optional.of(new AccessConfiguration(tokens, file));
  }
}
