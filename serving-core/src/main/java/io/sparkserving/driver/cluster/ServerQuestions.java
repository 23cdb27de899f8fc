package io.sparkserving.driver.cluster;

import io.sparkserving.driver.ServerStatus;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.worker.Announcement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Asks the servers of a service how they are, when somebody wants to know. A server is asked once
 * at a time, however many want to know: while its answer is awaited, it is not asked again. All
 * threads may call all methods; none waits.
 */
final class ServerQuestions {
  private static final long PATIENCE_MILLIS = 1_000;

  private final Coordinator coordinator;
  private final Map<String, CompletableFuture<byte[]>> asked = new ConcurrentHashMap<>();

  ServerQuestions(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  /** What all servers tell of themselves; completes within {@value #PATIENCE_MILLIS} ms. */
  CompletableFuture<List<ServerStatus>> ask(ServiceConfiguration configuration) {
    List<Announcement> servers = coordinator.servers().all();
    forgetAllBut(servers.stream().map(Announcement::serverId).collect(Collectors.toSet()));
    List<CompletableFuture<ServerStatus>> answers =
        servers.stream()
            .map(
                server ->
                    report(server)
                        .thenApply(
                            report ->
                                new ServerStatus(
                                    server.serverId(),
                                    server.executorId(),
                                    server.info(configuration),
                                    report)))
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(all -> answers.stream().map(CompletableFuture::join).toList());
  }

  private void forgetAllBut(Set<String> serverIds) {
    asked.keySet().retainAll(serverIds);
  }

  private CompletableFuture<Optional<byte[]>> report(Announcement server) {
    return asked
        .compute(
            server.serverId(),
            (id, before) -> before == null || before.isDone() ? question(server) : before)
        .thenApply(Optional::of)
        .exceptionally(failure -> Optional.empty())
        .completeOnTimeout(Optional.empty(), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private CompletableFuture<byte[]> question(Announcement server) {
    return coordinator.allServers().report(server);
  }
}
