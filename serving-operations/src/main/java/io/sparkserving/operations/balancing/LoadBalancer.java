package io.sparkserving.operations.balancing;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The load balancers that configuration is written for. */
public enum LoadBalancer {
  NGINX("text/plain; charset=utf-8", NginxConfiguration::write),
  HAPROXY("text/plain; charset=utf-8", HaproxyConfiguration::write),
  ENVOY("application/yaml", EnvoyConfiguration::write),
  KUBERNETES("application/yaml", KubernetesManifests::write);

  /** Where a load balancer listens unless told otherwise. */
  public static final int DEFAULT_PORT = 8080;

  private final String mediaType;
  private final Function<BalancedService, String> writer;

  LoadBalancer(String mediaType, Function<BalancedService, String> writer) {
    this.mediaType = mediaType;
    this.writer = writer;
  }

  /**
   * Returns the load balancer of a name, in any case.
   *
   * @throws IllegalArgumentException for any other name; the message has all names
   */
  public static LoadBalancer parse(String kind) {
    for (LoadBalancer balancer : values()) {
      if (balancer.kind().equalsIgnoreCase(kind)) {
        return balancer;
      }
    }
    throw new IllegalArgumentException(
        "Unsupported load balancer '%s': expected one of %s."
            .formatted(
                kind,
                Arrays.stream(values()).map(LoadBalancer::kind).collect(Collectors.joining(", "))));
  }

  private String kind() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the media type of the configuration. */
  public String mediaType() {
    return mediaType;
  }

  /**
   * Returns a whole configuration file. The same service gives the same text, so that a difference
   * means a change.
   */
  public String configure(BalancedService service) {
    return writer.apply(service);
  }
}
