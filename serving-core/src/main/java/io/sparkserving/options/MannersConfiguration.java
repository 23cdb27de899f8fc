package io.sparkserving.options;

import java.util.Map;
import java.util.Set;

/**
 * What a service does for its callers besides answering them.
 *
 * @param corsOrigins pages of which origins may call it from a browser; {@code *} for all, empty
 *     for none
 * @param corsHeaders request headers that such pages may set
 * @param compression whether replies travel as gzip to those who take it
 * @param decompression whether the query gets bodies that came as gzip as they were before
 * @param accessLog in what form requests are logged
 */
public record MannersConfiguration(
    Set<String> corsOrigins,
    Set<String> corsHeaders,
    boolean compression,
    boolean decompression,
    AccessLog accessLog) {

  /** Parses reader options. */
  static MannersConfiguration parse(Map<String, String> options) {
    Set<String> origins = MannersOptions.CORS_ORIGINS.read(options);
    return new MannersConfiguration(
        origins == null ? Set.of() : origins,
        MannersOptions.CORS_HEADERS.readOrDefault(options),
        MannersOptions.COMPRESSION.readOrDefault(options),
        MannersOptions.DECOMPRESSION.readOrDefault(options),
        MannersOptions.ACCESS_LOG.readOrDefault(options));
  }
}
