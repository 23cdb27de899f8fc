package io.sparkserving.operations.balancing;

import io.sparkserving.driver.RunningService;
import io.sparkserving.server.ServerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A service as a load balancer sees it.
 *
 * @param name of the service
 * @param servers at least one
 * @param limits what the service itself enforces
 * @param listenPort where clients find the load balancer
 * @param kubernetes where the servers are on Kubernetes, or null if they are not
 */
public record BalancedService(
    String name,
    List<ServerInfo> servers,
    ServiceLimits limits,
    int listenPort,
    @Nullable SparkOnKubernetes kubernetes) {

  /** Time to connect to a server within; a lost machine is told by nothing else. */
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** How long a server that failed gets no more requests. */
  static final Duration FAILED_PAUSE = Duration.ofSeconds(5);

  private static final Duration ANSWER_MARGIN = Duration.ofSeconds(10);

  /**
   * Checks that there is something to balance.
   *
   * @throws IllegalStateException if there is no server yet
   * @throws IllegalArgumentException for a port that nothing can listen on
   */
  public BalancedService {
    servers = List.copyOf(servers);
    if (servers.isEmpty()) {
      throw new IllegalStateException(
          "Cannot balance service '%s': none of its servers listens yet.".formatted(name));
    }
    if (listenPort < 1 || listenPort > 65535) {
      throw new IllegalArgumentException(
          "Invalid port %d for the load balancer: expected a whole number from 1 to 65535."
              .formatted(listenPort));
    }
  }

  /**
   * Returns a service of this driver, with the servers that it has now.
   *
   * @throws IllegalStateException if there is no server yet
   * @throws IllegalArgumentException for a port that nothing can listen on
   */
  public static BalancedService of(RunningService service, int listenPort) {
    return new BalancedService(
        service.configuration().name(),
        service.servers(),
        ServiceLimits.of(service.configuration()),
        listenPort,
        SparkOnKubernetes.current());
  }

  /** Returns the path of the service, with a leading slash. */
  String path() {
    return "/" + servers.get(0).path();
  }

  /** Whether segments of the path are parameters. */
  boolean hasParameters() {
    return path().contains("{");
  }

  /** The path as a regular expression, in which parameters are any segment. */
  String pathExpression() {
    return path().replace(".", "\\.").replaceAll("[{][^}]*[}]", "[^/]+");
  }

  /** Whether the service has all paths, but for those that tell of it. */
  boolean isAtRoot() {
    return path().equals("/");
  }

  /** Returns the scheme that the servers speak: {@code http} or {@code https}. */
  String scheme() {
    return servers.get(0).scheme();
  }

  boolean isSecure() {
    return scheme().equals("https");
  }

  /** Returns the name in lower-case letters, digits and {@code -}, beginning with a letter. */
  String identifier() {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String prefixed = plain.matches("[a-z].*") ? plain : "service-" + plain;
    String cut = prefixed.substring(0, Math.min(prefixed.length(), 50));
    return cut.replaceAll("-{2,}", "-").replaceAll("-$", "");
  }

  /** Returns the servers in a fixed order, so that the same servers give the same text. */
  List<ServerAddress> addresses() {
    return addresses(ServerAddress::of);
  }

  List<ServerAddress> addresses(Function<ServerInfo, ServerAddress> by) {
    return servers.stream().map(by).distinct().sorted(ServerAddress.ORDER).toList();
  }

  /**
   * Returns after which time an idle connection to a server is to be closed: sooner than the server
   * closes it, so that the load balancer is first. In whole seconds, as some know no others.
   */
  Duration idleConnection() {
    return Duration.ofSeconds(Math.max(1, limits.idleTimeout().toSeconds() * 5 / 6));
  }

  /** Returns how long an answer is awaited: the service's own 504 comes before. */
  Duration answerTimeout() {
    return limits.requestTimeout().plus(ANSWER_MARGIN);
  }

  /**
   * Returns the most bytes of a body to let through. This is never 0, which some load balancers
   * take for no limit; the service then refuses the one byte.
   */
  long bodyLimit() {
    return Math.max(1, limits.maxBodySize());
  }
}
