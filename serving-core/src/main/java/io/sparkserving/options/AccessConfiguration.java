package io.sparkserving.options;

import java.util.Map;
import java.util.Optional;

/**
 * Who may call a service: whoever shows one of these tokens.
 *
 * @param tokens as written
 * @param tokensFile file with further ones
 */
public record AccessConfiguration(Optional<HiddenText> tokens, Optional<String> tokensFile) {

  /** Parses reader options; empty if anybody may call. */
  static Optional<AccessConfiguration> parse(Map<String, String> options) {
    Optional<HiddenText> tokens = Optional.ofNullable(OperationsOptions.AUTH_TOKENS.read(options));
    Optional<String> file = Optional.ofNullable(OperationsOptions.AUTH_TOKENS_FILE.read(options));
    return tokens.isEmpty() && file.isEmpty()
        ? Optional.empty()
        : Optional.of(new AccessConfiguration(tokens, file));
  }
}
