package io.sparkserving.server.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.HealthSource;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.exchange.ReplyMessage;
import java.util.List;

/** What a server says of itself to probes. */
final class HealthReport {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<Header> HEADERS =
      List.of(
          new Header("Content-Type", "application/json"),
          new Header("X-Content-Type-Options", "nosniff"),
          new Header("Cache-Control", "no-store"));

  private HealthReport() {}

  /** 200: whoever says so is alive. */
  static ReplyMessage live() {
    return reply(200, MAPPER.createObjectNode().put("live", true));
  }

  /** 200 if queries take the requests of all services, else 503; the body says whose and why. */
  static ReplyMessage ready(List<? extends HealthSource> services) {
    boolean ready = !services.isEmpty();
    ObjectNode report = MAPPER.createObjectNode();
    ArrayNode details = MAPPER.createArrayNode();
    for (HealthSource service : services) {
      Readiness readiness = service.readiness();
      ready &= readiness == Readiness.READY;
      details
          .addObject()
          .put("service", service.configuration().name())
          .put("ready", readiness == Readiness.READY)
          .put("reason", readiness.reason());
    }
    report.put("ready", ready).set("services", details);
    return reply(ready ? 200 : 503, report);
  }

  private static ReplyMessage reply(int status, ObjectNode report) {
    try {
      return new ReplyMessage(status, HEADERS, MAPPER.writeValueAsBytes(report));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a health report as JSON", e);
    }
  }
}
