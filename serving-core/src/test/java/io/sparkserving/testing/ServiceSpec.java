package io.sparkserving.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A service to be started by a contract test: its api, what it adds to the mode's own options, and
 * the way from request rows to reply rows.
 */
record ServiceSpec(
    String api,
    Map<String, String> readerOptions,
    Map<String, String> writerOptions,
    UnaryOperator<Dataset<Row>> pipeline) {

  static ServiceSpec of(String api, UnaryOperator<Dataset<Row>> pipeline) {
    return new ServiceSpec(api, Map.of(), Map.of(), pipeline);
  }

  ServiceSpec reading(String option, String value) {
    return new ServiceSpec(api, with(readerOptions, option, value), writerOptions, pipeline);
  }

  ServiceSpec writing(String option, String value) {
    return new ServiceSpec(api, readerOptions, with(writerOptions, option, value), pipeline);
  }

  ServiceSpec writing(Map<String, String> options) {
    Map<String, String> more = new HashMap<>(writerOptions);
    more.putAll(options);
    return new ServiceSpec(api, readerOptions, Map.copyOf(more), pipeline);
  }

  /** The name of the service: the option, or what it is by default. */
  String name() {
    return readerOptions.getOrDefault("name", api.equals("/") ? "root" : api);
  }

  private static Map<String, String> with(Map<String, String> options, String name, String value) {
    Map<String, String> more = new HashMap<>(options);
    more.put(name, value);
    return Map.copyOf(more);
  }
}
