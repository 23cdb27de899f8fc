package io.sparkserving.server.access;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.options.AccessConfiguration;
import io.sparkserving.options.ManagementPart;
import io.sparkserving.options.ServiceConfiguration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.eclipse.jetty.server.Request;

/**
 * Whoever asks how services are, at a path that is no service's. A viewer is told of those services
 * that ask for no token, and of those of which the request shows one. All threads may call all
 * methods.
 */
public final class Viewer {
  /** Each is let go with the configuration of its service. */
  private static final Map<AccessConfiguration, Tokens> TOKENS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static final String CHALLENGE = "Bearer realm=\"_serving\"";

  private final List<String> shown;

  private Viewer(List<String> shown) {
    this.shown = shown;
  }

  /** The one who has sent a request. */
  public static Viewer of(Request request) {
    return new Viewer(Tokens.shownIn(request.getHeaders()));
  }

  /** Whether a part of what is told about a service may be told to this viewer. */
  public boolean mayView(ManagementPart part, ServiceConfiguration service) {
    AccessConfiguration access = service.operations().access().orElse(null);
    if (access == null || access.open().contains(part)) {
      return true;
    }
    Tokens tokens =
        TOKENS.computeIfAbsent(access, added -> Tokens.whenThere(added, NanoClock.SYSTEM));
    return shown.stream().anyMatch(token -> tokens.find(token) != null);
  }

  /** The answer to a viewer who may not be told of any service. */
  public ReplyMessage refusal() {
    // As RFC 6750 has it: nothing about errors to who has not tried.
    return Problems.unauthorized(
        shown.isEmpty() ? CHALLENGE : CHALLENGE + ", error=\"invalid_token\"");
  }
}
