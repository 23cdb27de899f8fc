package io.sparkserving.server.steps;

import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.options.Hosts;
import io.sparkserving.options.MannersConfiguration;
import io.sparkserving.options.ServiceConfiguration;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Tells callers of this machine from web pages of others. A browser lets any page send requests to
 * a service at {@code localhost}, and a page whose name its owner points at 127.0.0.1 read the
 * answers, too (DNS rebinding). Such requests bear the page's name: in {@code Origin}, or in {@code
 * Host}.
 */
final class LocalCallers {
  private static final String ALL = "*";

  private final MannersConfiguration manners;

  private LocalCallers(MannersConfiguration manners) {
    this.manners = manners;
  }

  /**
   * The callers of a service that nothing but its address keeps from others; empty for a service
   * that asks for tokens, or is there for other machines, directly or through a gateway.
   */
  static Optional<LocalCallers> of(ServiceConfiguration service) {
    boolean isLocal =
        service.operations().access().isEmpty()
            && service.forwarding().isEmpty()
            && Hosts.isLoopback(service.host())
            && (service.gatewayPort().isEmpty() || Hosts.isLoopback(service.gatewayHost()));
    return isLocal
        ? Optional.of(new LocalCallers(service.operations().manners()))
        : Optional.empty();
  }

  /** Returns the answer to a request that may come from a page of another machine, or null. */
  @Nullable ReplyMessage refusal(Request request) {
    String host = request.getHttpURI().getHost();
    if (host != null && !isAccepted(host)) {
      return Problems.foreignHost(host);
    }
    String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    return origin == null || isAcceptedOrigin(origin) ? null : Problems.foreignOrigin(origin);
  }

  private boolean isAccepted(String host) {
    return Hosts.isLoopbackName(host)
        || manners.hosts().contains(host.toLowerCase(Locale.ROOT))
        || manners.hosts().contains(ALL);
  }

  private boolean isAcceptedOrigin(String origin) {
    if (manners.corsOrigins().contains(origin) || manners.corsOrigins().contains(ALL)) {
      return true;
    }
    try {
      String host = URI.create(origin).getHost();
      return host != null && isAccepted(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
