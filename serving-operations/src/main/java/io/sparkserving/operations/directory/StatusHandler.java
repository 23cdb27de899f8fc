package io.sparkserving.operations.directory;

import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.ServiceStanding;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.LimitedLog;
import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.ManagementPart;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.access.Viewer;
import io.sparkserving.server.connection.EarlyAnswer;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /_serving/} with a page that shows how the services of this driver are, {@code
 * /_serving/status} with the JSON that the page reads, and the page's files; {@code /_serving}
 * leads to the page. The page itself is there for all, and asks for the token with which it reads
 * the JSON: a service with tokens is in that for whoever shows one. The handler holds no thread
 * while servers are asked.
 */
public final class StatusHandler extends Handler.Abstract.NonBlocking {
  private static final LimitedLog FAILED = LimitedLog.of(StatusHandler.class);
  private static final String BARE = "/_serving";
  private static final String PREFIX = BARE + "/";
  private static final String STATUS = "status";

  /** Relative, as a proxy may have taken off what comes before it. */
  private static final ReplyMessage TO_PAGE =
      new ReplyMessage(302, List.of(new Header("Location", "_serving/")), new byte[0]);

  private static final List<Header> HEADERS =
      List.of(
          new Header("Content-Type", "application/json"),
          new Header("Cache-Control", "no-store"),
          new Header("X-Content-Type-Options", "nosniff"));

  private final BooleanSupplier shown;

  private StatusHandler(BooleanSupplier shown) {
    this.shown = shown;
  }

  /** Returns a handler for a port of the driver that a service has asked for. */
  public static StatusHandler of(ServiceConfiguration configuration) {
    return new StatusHandler(() -> configuration.operations().page());
  }

  /**
   * Returns a handler for a port where servers listen.
   *
   * @param servers at the port. The page is shown while one of them is of a service that is on this
   *     driver alone; servers on executors, or beside the driver in local mode, know of no others
   */
  public static StatusHandler at(Supplier<List<ServerExchanges>> servers) {
    return new StatusHandler(
        () ->
            servers.get().stream()
                .anyMatch(
                    server ->
                        server.configuration().operations().page()
                            && ServiceRegistry.jvm().catalogue().isLocal(server)));
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getCanonicalPath();
    if (path == null || !isKnown(path) || !shown.getAsBoolean()) {
      return false;
    }
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      EarlyAnswer.send(request, response, callback, Problems.methodNotAllowed("GET, HEAD"));
      return true;
    }
    Executor threads = request.getComponents().getExecutor();
    Viewer viewer = Viewer.of(request);
    CompletableFuture.supplyAsync(() -> reply(path, viewer), threads)
        .thenCompose(Function.identity())
        .exceptionally(StatusHandler::problem)
        .thenAcceptAsync(reply -> EarlyAnswer.send(request, response, callback, reply), threads);
    return true;
  }

  private static boolean isKnown(String path) {
    return path.equals(BARE) || path.equals(PREFIX + STATUS) || file(path) != null;
  }

  private static @Nullable PageFile file(String path) {
    return path.startsWith(PREFIX) ? PageFile.find(path.substring(PREFIX.length())) : null;
  }

  private static CompletableFuture<ReplyMessage> reply(String path, Viewer viewer) {
    if (path.equals(BARE)) {
      return CompletableFuture.completedFuture(TO_PAGE);
    }
    PageFile file = file(path);
    return file == null ? status(viewer) : CompletableFuture.completedFuture(file.reply());
  }

  private static CompletableFuture<ReplyMessage> status(Viewer viewer) {
    List<ServiceStanding> all =
        ServiceRegistry.jvm().catalogue().standings().stream()
            .filter(standing -> standing.service().configuration().operations().page())
            .toList();
    List<ServiceStanding> told =
        all.stream()
            .filter(
                standing -> viewer.mayView(ManagementPart.PAGE, standing.service().configuration()))
            .toList();
    return told.isEmpty() && !all.isEmpty()
        ? CompletableFuture.completedFuture(viewer.refusal())
        : StatusReport.of(told, told.size() < all.size(), InstantSource.system())
            .thenApply(json -> new ReplyMessage(200, HEADERS, json));
  }

  private static ReplyMessage problem(Throwable failure) {
    FAILED.warn("", "Cannot tell how services are", failure);
    return Problems.noDirectory();
  }
}
