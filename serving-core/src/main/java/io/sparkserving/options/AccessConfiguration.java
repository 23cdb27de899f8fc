package io.sparkserving.options;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tokens of which a caller of a service must show one.
 *
 * @param tokens tokens as written in option {@code auth.tokens}; empty without that option
 * @param tokensFile file with further tokens, on the machine of each server; empty for none
 * @param open what is told about the service without a token
 */
public record AccessConfiguration(
    Optional<HiddenText> tokens, Optional<String> tokensFile, Set<ManagementPart> open) {

  /** Parses reader options; the result is empty if anybody may call. */
  static Optional<AccessConfiguration> parse(Map<String, String> options) {
    Optional<HiddenText> tokens = Optional.ofNullable(OperationsOptions.AUTH_TOKENS.read(options));
    Optional<String> file = Optional.ofNullable(OperationsOptions.AUTH_TOKENS_FILE.read(options));
    Set<ManagementPart> open = OperationsOptions.AUTH_OPEN.read(options);
    return tokens.isEmpty() && file.isEmpty()
        ? Optional.empty()
        : Optional.of(new AccessConfiguration(tokens, file, open == null ? Set.of() : open));
  }
}
