package io.sparkserving.operations.metrics;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ManagementPart;
import io.sparkserving.server.access.Viewer;
import io.sparkserving.server.connection.EarlyAnswer;
import io.sparkserving.server.management.HealthHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers {@code /metrics}, as {@link HealthHandler} does its own paths: at once, whatever the
 * services are doing. A service with tokens is shown to whoever shows one.
 */
public final class MetricsHandler extends Handler.Abstract.NonBlocking {
  private static final String PATH = "/metrics";
  private static final List<Header> HEADERS =
      List.of(
          new Header("Content-Type", MetricsPage.MEDIA_TYPE),
          new Header("X-Content-Type-Options", "nosniff"),
          new Header("Cache-Control", "no-store"));

  private final Supplier<List<ServerExchanges>> servers;

  /**
   * @param servers at the port; those that are measured are shown, and while none is, requests are
   *     left to other handlers
   */
  public MetricsHandler(Supplier<List<ServerExchanges>> servers) {
    this.servers = servers;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!PATH.equals(request.getHttpURI().getCanonicalPath())) {
      return false;
    }
    List<ServerExchanges> measured =
        servers.get().stream().filter(server -> server.measurements() != null).toList();
    if (measured.isEmpty()) {
      return false;
    }
    EarlyAnswer.send(request, response, callback, reply(request, measured));
    return true;
  }

  private static ReplyMessage reply(Request request, List<ServerExchanges> measured) {
    Viewer viewer = Viewer.of(request);
    List<ServerExchanges> shown =
        measured.stream()
            .filter(server -> viewer.mayView(ManagementPart.METRICS, server.configuration()))
            .toList();
    if (shown.isEmpty()) {
      return viewer.refusal();
    }
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      return Problems.methodNotAllowed("GET, HEAD");
    }
    byte[] text = MetricsPage.ofServers(shown).getBytes(StandardCharsets.UTF_8);
    return new ReplyMessage(200, HEADERS, text);
  }
}
