package io.sparkserving.protocols;

import io.sparkserving.driver.LibraryVersion;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.server.connection.EarlyAnswer;
import io.sparkserving.server.management.ServingProtocol;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of MLflow's scoring server: {@code /invocations}, and {@code /ping}, {@code /health}
 * and {@code /version}, which no query sees. Runs on the listener's threads, and never waits.
 */
public final class MlflowProtocol implements ServingProtocol {
  static final String NAME = "mlflow";
  private static final String JSON = "application/json";
  private static final String CSV = "text/csv";
  private static final Set<String> CHARSETS = Set.of("", "utf-8", "utf8");

  @Override
  public String protocol() {
    return NAME;
  }

  @Override
  public Request.Handler step(ServerExchanges server, Request.Handler next) {
    return (request, response, callback) -> {
      ReplyMessage answer = answer(server, request);
      if (answer != null) {
        EarlyAnswer.send(request, response, callback, answer);
        return true;
      }
      return next.handle(request, new MlflowResponse(request, response), callback);
    };
  }

  /** The answer to a request that is none for the query; null if it is one. */
  private static @Nullable ReplyMessage answer(ServerExchanges server, Request request) {
    String path = request.getHttpURI().getCanonicalPath();
    boolean gets =
        HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
    return switch (path == null ? "" : path) {
      case "/ping", "/health" ->
          gets ? text(server.readiness() == Readiness.READY ? 200 : 404, "\n") : notAllowed("GET");
      case "/version" -> gets ? text(200, LibraryVersion.read()) : notAllowed("GET");
      case "/invocations" ->
          HttpMethod.POST.is(request.getMethod()) ? refusal(request) : notAllowed("POST");
      default -> MlflowResponse.error(404, "No such path: expected /invocations.", List.of());
    };
  }

  private static @Nullable ReplyMessage refusal(Request request) {
    String given = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    String type = given == null ? "" : given.toLowerCase(Locale.ROOT);
    int parameters = type.indexOf(';');
    String media = (parameters < 0 ? type : type.substring(0, parameters)).strip();
    String rest = parameters < 0 ? "" : type.substring(parameters + 1).strip();
    if (!media.equals(JSON) && !media.equals(CSV)) {
      return text(
          415,
          "This service takes the content types '%s' and '%s'. Got '%s'."
              .formatted(JSON, CSV, given == null ? "" : given));
    }
    boolean isCharset = rest.isEmpty() || rest.startsWith("charset=");
    String charset = rest.replaceFirst("^charset=", "").replace("\"", "");
    return isCharset && CHARSETS.contains(charset)
        ? null
        : text(
            415,
            "The content type may have the parameter charset=utf-8 alone. Got '%s'."
                .formatted(given));
  }

  private static ReplyMessage notAllowed(String allowed) {
    return MlflowResponse.error(
        405, "Expected a " + allowed + ".", List.of(new Header("Allow", allowed)));
  }

  private static ReplyMessage text(int status, String text) {
    return new ReplyMessage(
        status,
        List.of(new Header("Content-Type", "text/plain; charset=utf-8")),
        text.getBytes(StandardCharsets.UTF_8));
  }
}
