package io.sparkserving.operations.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.driver.Consumer;
import io.sparkserving.driver.QueryKind;
import io.sparkserving.driver.RunningService;
import io.sparkserving.driver.ServerStatus;
import io.sparkserving.driver.ServiceStanding;
import io.sparkserving.exchange.TimeHistogram;
import io.sparkserving.metrics.DriverCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * The status of services of this driver, as JSON; docs/operations.md has the fields. A report is
 * made when somebody asks, and is not kept.
 */
final class StatusReport {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private StatusReport() {}

  /**
   * Returns a report that is complete after little more than a second, whatever servers do.
   *
   * @param standings of the services to be told of
   * @param moreWithToken whether others are left out, as none of their tokens was shown
   * @param clock says of when the report is, which is when all servers have answered
   */
  static CompletableFuture<byte[]> of(
      List<ServiceStanding> standings, boolean moreWithToken, InstantSource clock) {
    List<CompletableFuture<ObjectNode>> services =
        standings.stream().map(StatusReport::service).toList();
    return CompletableFuture.allOf(services.toArray(CompletableFuture[]::new))
        .thenApply(
            all ->
                write(
                    services.stream().map(CompletableFuture::join).toList(),
                    moreWithToken,
                    clock.instant()));
  }

  private static byte[] write(List<ObjectNode> services, boolean moreWithToken, Instant time) {
    ObjectNode report = MAPPER.createObjectNode().put("time", time.toString());
    report.set("versions", MAPPER.valueToTree(Versions.all()));
    ArrayNode ends = report.putArray("replyTimeEndsSeconds");
    for (double end : TimeHistogram.endsSeconds()) {
      if (Double.isFinite(end)) {
        ends.add(end);
      }
    }
    report.putArray("services").addAll(services);
    report.put("moreWithToken", moreWithToken);
    try {
      return MAPPER.writeValueAsBytes(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write the status of services as JSON", e);
    }
  }

  private static CompletableFuture<ObjectNode> service(ServiceStanding standing) {
    RunningService service = standing.service();
    ObjectNode node =
        MAPPER
            .createObjectNode()
            .put("name", service.configuration().name())
            .put("path", "/" + service.configuration().path())
            .put("state", state(standing.state()))
            .put("reason", standing.reason());
    Consumer consumer = standing.consumer();
    if (consumer != null) {
      node.set("query", query(consumer));
    }
    node.put("restarts", service.restarts());
    service
        .driverCounters()
        .map(DriverCounters::gatewayRetries)
        .ifPresent(retries -> node.put("gatewayRetries", retries));
    return service.serverStatus().thenApply(servers -> withServers(node, servers));
  }

  private static String state(ServiceStanding.State state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static ObjectNode query(Consumer consumer) {
    ObjectNode query =
        MAPPER.createObjectNode().put("id", consumer.queryId()).put("run", consumer.term());
    QueryKind kind = consumer.kind();
    if (kind != null) {
      query.put("format", kind.format()).put("trigger", kind.trigger());
    }
    return query;
  }

  private static ObjectNode withServers(ObjectNode service, List<ServerStatus> servers) {
    ArrayNode nodes = service.putArray("servers");
    for (ServerStatus server : servers) {
      ObjectNode node =
          nodes
              .addObject()
              .put("id", server.serverId())
              .put("executor", server.executorId())
              .put("machine", server.info().machineAddress())
              .put("url", server.info().url())
              .put("forwarded", server.info().forwardedAddress());
      server
          .report()
          .map(StatusReport::read)
          .ifPresentOrElse(
              node::setAll,
              () -> node.put("state", "silent").put("reason", "It has not answered in time."));
    }
    return service;
  }

  private static ObjectNode read(byte[] report) {
    try {
      JsonNode node = MAPPER.readTree(report);
      return (ObjectNode) node;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read a server's report", e);
    }
  }
}
