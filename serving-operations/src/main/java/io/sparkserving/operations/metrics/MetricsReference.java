package io.sparkserving.operations.metrics;

import io.sparkserving.metrics.FunctionMeters;
import io.sparkserving.metrics.ServingMeter;
import io.sparkserving.metrics.ServingMeters;
import java.util.List;

/** Renders the tables of docs/metrics.md from the definitions. */
final class MetricsReference {
  private static final String HEAD =
      "| metric | type | unit | meaning |\n| --- | --- | --- | --- |\n";

  private MetricsReference() {}

  static String ofServer() {
    StringBuilder table = new StringBuilder(HEAD);
    String requests = PrometheusNames.of(ServingMeters.REQUESTS, ServingMeter.Type.COUNTER, null);
    table.append(row(requests, "counter", "", ServingMeters.REQUESTS_DOC));
    String callers =
        PrometheusNames.of(ServingMeters.CALLER_REQUESTS, ServingMeter.Type.COUNTER, null);
    table.append(row(callers, "counter", "", ServingMeters.CALLER_REQUESTS_DOC));
    ServingMeters.TIMES.forEach(
        time -> table.append(row(PrometheusNames.of(time), "histogram", "seconds", time.doc())));
    return append(table, ServingMeters.OF_SERVER);
  }

  static String ofFunction() {
    StringBuilder table = new StringBuilder(HEAD);
    String errors = PrometheusNames.of(FunctionMeters.ERRORS, ServingMeter.Type.COUNTER, null);
    String batchRows = PrometheusNames.of(FunctionMeters.BATCH_ROWS, ServingMeter.Type.GAUGE, null);
    table.append(row(errors, "counter", "", FunctionMeters.ERRORS_DOC));
    table.append(row(batchRows, "histogram", "rows", FunctionMeters.BATCH_ROWS_DOC));
    String time = PrometheusNames.of(FunctionMeters.TIME);
    table.append(row(time, "histogram", "seconds", FunctionMeters.TIME.doc()));
    return append(table, FunctionMeters.OF_FUNCTION);
  }

  static String ofDriver() {
    return append(new StringBuilder(HEAD), ServingMeters.OF_DRIVER);
  }

  private static <T> String append(StringBuilder table, List<ServingMeter<T>> meters) {
    for (ServingMeter<T> meter : meters) {
      String unit = meter.unit() == null ? "" : meter.unit();
      table.append(row(PrometheusNames.of(meter), meter.type().shown(), unit, meter.doc()));
    }
    return table.toString();
  }

  private static String row(String name, String type, String unit, String doc) {
    return "| `%s` | %s | %s | %s |\n".formatted(name, type, unit, doc);
  }
}
