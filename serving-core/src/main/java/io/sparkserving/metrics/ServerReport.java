package io.sparkserving.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.exchange.ExchangeCounters;
import io.sparkserving.exchange.FunctionMeasurements;
import io.sparkserving.exchange.Measurements;
import io.sparkserving.exchange.Readiness;
import io.sparkserving.exchange.RecentErrors.ErrorAnswer;
import io.sparkserving.exchange.ServerExchanges;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The report that a server gives of itself to the driver's page: numbers, and the latest errors by
 * time and status. Nothing of any request or reply is in a report. Each one is made anew, on the
 * thread that asks.
 */
public final class ServerReport {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int LEAST_STATUS = 100;
  private static final int MOST_STATUS = 599;

  private ServerReport() {}

  /** Makes the report as a JSON object in UTF-8, whose fields docs/operations.md lists. */
  public static byte[] of(ServerExchanges service) {
    ObjectNode report = MAPPER.createObjectNode();
    Readiness readiness = service.readiness();
    report.put("state", state(readiness)).put("reason", readiness.reason());
    int waiting = service.queue().size();
    report
        .put("inFlight", service.openExchanges())
        .put("queueSize", waiting)
        .put("oldestWaitSeconds", waiting == 0 ? 0 : service.queue().oldestWaitNanos() / 1e9);
    count(report, service.counters());
    Measurements measurements = service.measurements();
    if (measurements != null) {
      measure(report, measurements);
    }
    try {
      return MAPPER.writeValueAsBytes(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write a server's report as JSON", e);
    }
  }

  private static String state(Readiness readiness) {
    return readiness == Readiness.READY
        ? "serving"
        : readiness.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static void count(ObjectNode report, ExchangeCounters counters) {
    report
        .put("accepted", counters.accepted())
        .put("replies", counters.replied())
        .put("rejected", counters.rejected())
        .put("timedOut", counters.timedOut())
        .put("withoutReply", counters.withoutReply())
        .put("poison", counters.givenUp())
        .put("disconnected", counters.disconnected());
  }

  private static void measure(ObjectNode report, Measurements measurements) {
    ObjectNode answers = report.putObject("answers");
    for (int status = LEAST_STATUS; status <= MOST_STATUS; status++) {
      long count = measurements.answers(status);
      if (count > 0) {
        answers.put(Integer.toString(status), count);
      }
    }
    ArrayNode times = report.putArray("replyTimes");
    Arrays.stream(measurements.replyTime().counts()).forEach(times::add);
    ArrayNode errors = report.putArray("errors");
    for (ErrorAnswer error : measurements.errors().latest()) {
      errors
          .addObject()
          .put("time", error.time().toString())
          .put("status", error.status())
          .put("title", HttpStatus.getMessage(error.status()));
    }
    ArrayNode functions = report.putArray("functions");
    new TreeMap<>(measurements.functions())
        .forEach((name, function) -> add(functions, name, function));
  }

  private static void add(ArrayNode functions, String name, FunctionMeasurements function) {
    functions
        .addObject()
        .put("name", name)
        .put("batches", function.batchRows().count())
        .put("rows", function.batchRows().total())
        .put("seconds", function.time().totalSeconds())
        .put("waiting", function.waitingRows())
        .put("failed", function.errorKinds().stream().mapToLong(function::errors).sum());
  }
}
