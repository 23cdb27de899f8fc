package io.sparkserving.operations.directory;

import io.sparkserving.driver.RunningService;
import io.sparkserving.driver.ServiceInfoJson;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.metrics.DriverCounters;
import io.sparkserving.operations.balancing.BalancedService;
import io.sparkserving.operations.balancing.LoadBalancer;
import io.sparkserving.operations.balancing.PrometheusTargets;
import io.sparkserving.operations.metrics.MetricsPage;
import io.sparkserving.options.ManagementPart;
import io.sparkserving.server.access.Viewer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;

/** Answers what clients ask of the services that this driver runs. */
final class ServiceDirectory {
  /** A name may have slashes in it, as the path that it defaults to. */
  private static final Pattern SERVICE =
      Pattern.compile("services/(?<name>.+?)(?:/load-balancers/(?<kind>[^/]+))?", Pattern.DOTALL);

  private static final Pattern PORT = Pattern.compile("port=(?<port>[0-9]{1,5})");

  private static final String METRICS = "metrics";
  private static final String TARGETS = "prometheus-targets";

  private ServiceDirectory() {}

  static ReplyMessage answer(DirectoryRequest asked) {
    String path = URIUtil.decodePath(asked.path());
    if (path.equals(METRICS)) {
      return metrics(asked.viewer());
    }
    if (path.equals(TARGETS)) {
      return targets(asked.viewer());
    }
    Matcher matcher = SERVICE.matcher(path);
    if (!matcher.matches()) {
      return Problems.unknownPath("/_serving/" + path);
    }
    String name = matcher.group("name");
    RunningService service = ServiceRegistry.jvm().catalogue().find(name);
    if (service == null
        || !asked.viewer().mayView(ManagementPart.DIRECTORY, service.configuration())) {
      // The same to both, as names are not told either.
      return isAnyHidden(asked.viewer()) ? asked.viewer().refusal() : Problems.unknownService(name);
    }
    String kind = matcher.group("kind");
    return kind == null
        ? reply("application/json", ServiceInfoJson.write(service.servers()))
        : configuration(service, kind, asked.query());
  }

  private static List<RunningService> running() {
    return ServiceRegistry.jvm().catalogue().running();
  }

  private static boolean isAnyHidden(Viewer viewer) {
    return running().stream()
        .anyMatch(service -> !viewer.mayView(ManagementPart.DIRECTORY, service.configuration()));
  }

  private static ReplyMessage metrics(Viewer viewer) {
    List<RunningService> counting =
        running().stream()
            .filter(service -> service.configuration().operations().metrics())
            .filter(service -> service.driverCounters().isPresent())
            .toList();
    Map<String, DriverCounters> told = new TreeMap<>();
    for (RunningService service : counting) {
      if (viewer.mayView(ManagementPart.METRICS, service.configuration())) {
        service
            .driverCounters()
            .ifPresent(counters -> told.put(service.configuration().name(), counters));
      }
    }
    return told.isEmpty() && !counting.isEmpty()
        ? viewer.refusal()
        : reply(MetricsPage.MEDIA_TYPE, MetricsPage.ofDriver(told));
  }

  private static ReplyMessage targets(Viewer viewer) {
    List<RunningService> told =
        running().stream()
            .filter(service -> viewer.mayView(ManagementPart.DIRECTORY, service.configuration()))
            .toList();
    return told.isEmpty() && !running().isEmpty()
        ? viewer.refusal()
        : reply("application/json", PrometheusTargets.of(told));
  }

  private static ReplyMessage configuration(
      RunningService service, String kind, @Nullable String query) {
    LoadBalancer balancer;
    try {
      balancer = LoadBalancer.parse(kind);
    } catch (IllegalArgumentException e) {
      return Problems.unknownLoadBalancer(String.valueOf(e.getMessage()));
    }
    BalancedService balanced;
    try {
      balanced = BalancedService.of(service, port(query));
    } catch (IllegalArgumentException e) {
      return Problems.badRequest(String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      return Problems.notListening(String.valueOf(e.getMessage()));
    }
    return reply(balancer.mediaType(), balancer.configure(balanced));
  }

  private static int port(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return LoadBalancer.DEFAULT_PORT;
    }
    Matcher matcher = PORT.matcher(query);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Invalid query '%s': expected none, or port= with a whole number from 1 to 65535."
              .formatted(query));
    }
    return Integer.parseInt(matcher.group("port"));
  }

  private static ReplyMessage reply(String mediaType, String text) {
    List<Header> headers =
        List.of(
            new Header("Content-Type", mediaType),
            new Header("X-Content-Type-Options", "nosniff"),
            new Header("Cache-Control", "no-store"));
    return new ReplyMessage(200, headers, text.getBytes(StandardCharsets.UTF_8));
  }
}
