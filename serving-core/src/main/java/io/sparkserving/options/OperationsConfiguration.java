package io.sparkserving.options;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * The options of a reader by which a running service is looked after.
 *
 * @param managementPort port of each server for management paths alone; empty for the service's own
 *     port, 0 for any free one
 * @param managementHost address for the management port to listen on
 * @param drainDelay how long a service that is about to stop goes on as before, without being ready
 * @param drainTimeout how long the query may take, after the delay, to answer what it has got
 * @param access tokens of which callers must show one; empty where anybody may call
 * @param rateLimit how many requests a server takes from one caller or address; empty for all
 * @param methods HTTP methods that the query gets, in the order given; empty for all
 * @param requestId whether requests and answers bear an X-Request-Id
 * @param openapi whether servers describe the service, and have a page to try it
 * @param metrics whether requests are measured
 * @param page whether the driver's page shows the service
 * @param transport the protocols of the service's port
 * @param internal how Spark's JVMs speak with each other about the service
 * @param manners what the service does for callers besides answering them
 */
public record OperationsConfiguration(
    OptionalInt managementPort,
    String managementHost,
    Duration drainDelay,
    Duration drainTimeout,
    Optional<AccessConfiguration> access,
    Optional<RateLimitConfiguration> rateLimit,
    Set<String> methods,
    boolean requestId,
    boolean openapi,
    boolean metrics,
    boolean page,
    TransportConfiguration transport,
    InternalConfiguration internal,
    MannersConfiguration manners) {

  /**
   * Parses reader options.
   *
   * @param host the address that the service listens on
   * @throws IllegalArgumentException naming an option that is badly set, or options that do not go
   *     together
   */
  static OperationsConfiguration parse(String host, Map<String, String> options) {
    Integer managementPort = OperationsOptions.MANAGEMENT_PORT.read(options);
    String managementHost = OperationsOptions.MANAGEMENT_HOST.read(options);
    Set<String> methods = OperationsOptions.METHODS.read(options);
    Optional<AccessConfiguration> access = AccessConfiguration.parse(options);
    return new OperationsConfiguration(
        managementPort == null ? OptionalInt.empty() : OptionalInt.of(managementPort),
        managementHost == null ? host : managementHost,
        OperationsOptions.DRAIN_DELAY.readOrDefault(options),
        OperationsOptions.DRAIN_TIMEOUT.readOrDefault(options),
        access,
        RateLimitConfiguration.parse(options, access),
        methods == null ? Set.of() : methods,
        OperationsOptions.REQUEST_ID.readOrDefault(options),
        OperationsOptions.OPENAPI.readOrDefault(options),
        OperationsOptions.METRICS.readOrDefault(options),
        OperationsOptions.PAGE.readOrDefault(options),
        TransportConfiguration.parse(options),
        InternalConfiguration.parse(options),
        MannersConfiguration.parse(options));
  }

  /**
   * The values that make a difference to a service's servers, by option. Draining is left out, as
   * it belongs to a query.
   */
  Map<String, Object> serverOptions() {
    Map<String, Object> all = new TreeMap<>();
    all.put("management.port", managementPort);
    all.put("management.host", managementHost);
    all.put("auth", access);
    all.put("rateLimit", rateLimit);
    all.put("methods", methods);
    all.put("requestId", requestId);
    all.put("openapi", openapi);
    all.put("metrics", metrics);
    all.put("page", page);
    all.put("tls", transport.tls());
    all.put("http2", transport.http2());
    all.put("maxConnections", transport.limits().maxConnections());
    all.put("idleTimeout", transport.limits().idleTimeout());
    all.put("receiveTimeout", transport.limits().receiveTimeout());
    all.put("internal.tls", internal.tls());
    all.put("internal.port", internal.ports());
    all.put("cors.origins", manners.corsOrigins());
    all.put("cors.headers", manners.corsHeaders());
    all.put("hosts", manners.hosts());
    all.put("compression", manners.compression());
    all.put("decompression", manners.decompression());
    all.put("accessLog", manners.accessLog());
    return all;
  }
}
