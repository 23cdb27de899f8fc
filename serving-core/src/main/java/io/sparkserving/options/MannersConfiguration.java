package io.sparkserving.options;

import java.util.Map;
import java.util.Set;

/**
 * What a service does for its callers besides answering them.
 *
 * @param corsOrigins origins whose pages may call the service from a browser; {@code *} for all,
 *     empty for none
 * @param corsHeaders request headers that such pages may set
 * @param hosts further names by which callers may reach a service that listens on localhost; {@code
 *     *} for all
 * @param compression whether replies travel as gzip to clients that accept it
 * @param decompression whether bodies that come as gzip are unpacked for the query
 * @param accessLog the form in which requests are logged
 */
public record MannersConfiguration(
    Set<String> corsOrigins,
    Set<String> corsHeaders,
    Set<String> hosts,
    boolean compression,
    boolean decompression,
    AccessLog accessLog) {

  /** Parses reader options. */
  static MannersConfiguration parse(Map<String, String> options) {
    Set<String> origins = MannersOptions.CORS_ORIGINS.read(options);
    Set<String> hosts = MannersOptions.HOSTS.read(options);
    return new MannersConfiguration(
        origins == null ? Set.of() : origins,
        MannersOptions.CORS_HEADERS.readOrDefault(options),
        hosts == null ? Set.of() : hosts,
        MannersOptions.COMPRESSION.readOrDefault(options),
        MannersOptions.DECOMPRESSION.readOrDefault(options),
        MannersOptions.ACCESS_LOG.readOrDefault(options));
  }
}
