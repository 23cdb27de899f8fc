package io.sparkserving.options;

import java.util.Optional;

/**
 * A token that callers may show.
 *
 * @param name of those who show it; empty if they are not told apart
 * @param token as callers show it
 */
public record ApiToken(Optional<String> name, HiddenText token) {}
