package io.sparkserving.server.management;

import io.sparkserving.exchange.HealthSource;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.server.connection.EarlyAnswer;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /livez} and {@code /readyz}. Runs on the listener's threads, which no request
 * holds while it waits for its reply, or on one that has brought a reply; never waits itself: a
 * service that has all hands full answers too.
 */
public final class HealthHandler extends Handler.Abstract.NonBlocking {
  static final String LIVE = "/livez";
  static final String READY = "/readyz";

  private final Supplier<? extends List<? extends HealthSource>> services;

  /**
   * @param services whose health is told; while there are none, nothing is answered here
   */
  public HealthHandler(Supplier<? extends List<? extends HealthSource>> services) {
    this.services = services;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    ReplyMessage reply = reply(request);
    if (reply == null) {
      return false;
    }
    EarlyAnswer.send(request, response, callback, reply);
    return true;
  }

  private @Nullable ReplyMessage reply(Request request) {
    String path = request.getHttpURI().getCanonicalPath();
    boolean live = LIVE.equals(path);
    if (!live && !READY.equals(path)) {
      return null;
    }
    List<? extends HealthSource> asked = services.get();
    if (asked.isEmpty()) {
      return null;
    }
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      return Problems.methodNotAllowed("GET, HEAD");
    }
    return live ? HealthReport.live() : HealthReport.ready(asked);
  }
}
