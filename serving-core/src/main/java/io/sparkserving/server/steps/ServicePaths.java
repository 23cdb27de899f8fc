package io.sparkserving.server.steps;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.server.management.ManagementPaths;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

/**
 * The services of one listener by path. A service gets its path and everything below it; one at /
 * gets what no other does, but for the paths that tell of the port's services.
 */
public final class ServicePaths {
  private static final String ROOT = "";

  private final Map<String, ServiceRoute> byPath = new ConcurrentHashMap<>();

  /** Of those of these services whose paths have parameters, the longest first. */
  private volatile List<PathTemplate> templates = List.of();

  private final Server server;

  /** Characters of the longest path so far. */
  private final AtomicInteger longest = new AtomicInteger();

  /**
   * @param server of the listener
   */
  public ServicePaths(Server server) {
    this.server = server;
  }

  /** Adds a service; the one that holds its path already, if any, stays and is returned. */
  public @Nullable ServerExchanges putIfAbsent(ServerExchanges exchanges) {
    String path = path(exchanges);
    longest.accumulateAndGet(path.length(), Math::max);
    ServiceRoute other = byPath.putIfAbsent(path, ServiceRoute.of(exchanges, server));
    findTemplates();
    return other == null ? null : other.exchanges();
  }

  /** Takes a service out. */
  public void remove(ServerExchanges exchanges) {
    byPath.computeIfPresent(
        path(exchanges), (path, route) -> route.exchanges() == exchanges ? null : route);
    findTemplates();
  }

  private synchronized void findTemplates() {
    templates =
        byPath.entrySet().stream()
            .filter(entry -> entry.getKey().contains(PathTemplate.PARAMETER))
            .map(entry -> PathTemplate.of(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingInt(template -> -template.segments().size()))
            .toList();
  }

  private static String path(ServerExchanges exchanges) {
    String path = exchanges.configuration().path();
    return path.isEmpty() ? ROOT : "/" + PathTemplate.unnamed(path);
  }

  /** Whether the listener has no other service than that of a server. */
  public boolean isOnly(ServerExchanges exchanges) {
    return byPath.values().stream().allMatch(route -> route.exchanges() == exchanges);
  }

  /** The servers whose health is told on the listener's own port, sorted by name. */
  public List<ServerExchanges> withoutManagementPort() {
    return byPath.values().stream()
        .map(ServiceRoute::exchanges)
        .filter(exchanges -> exchanges.configuration().operations().managementPort().isEmpty())
        .sorted(Comparator.comparing(exchanges -> exchanges.configuration().name()))
        .toList();
  }

  /** The answer to a request that is none of a service, if no service may be called so; or null. */
  @Nullable ReplyMessage refusal(Request request) {
    ReplyMessage refusal = null;
    for (ServiceRoute route : byPath.values()) {
      refusal = route.callers().map(callers -> callers.refusal(request)).orElse(null);
      if (refusal == null) {
        return null;
      }
    }
    return refusal;
  }

  /**
   * The service with the longest path that {@code path} is or lies below, without parameters if two
   * are of one length. However long {@code path} is, no more of it is looked at than the longest
   * path of a service has.
   */
  @Nullable ServiceRoute find(String path) {
    ServiceRoute literal = findLiteral(path);
    List<PathTemplate> all = templates;
    if (all.isEmpty() || (literal == null && isOfPort(path))) {
      return literal;
    }
    int segments = literal == null ? 0 : path(literal.exchanges()).split("/", -1).length;
    for (PathTemplate template : all) {
      if (template.segments().size() > segments && template.matches(path)) {
        return template.route();
      }
    }
    return literal;
  }

  private @Nullable ServiceRoute findLiteral(String path) {
    int end = path.length();
    int most = longest.get();
    if (end > most) {
      end = path.lastIndexOf('/', most);
    }
    while (end > 0) {
      ServiceRoute route = byPath.get(path.substring(0, end));
      if (route != null) {
        return route;
      }
      end = path.lastIndexOf('/', end - 1);
    }
    ServiceRoute root = byPath.get(ROOT);
    return root == null || isOfPort(path) ? null : root;
  }

  /** Whether the path is for no service, such as that of a request for {@code *}. */
  private static boolean isOfPort(String path) {
    return !path.startsWith("/") || ManagementPaths.contains(path);
  }
}
