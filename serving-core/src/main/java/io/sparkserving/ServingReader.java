package io.sparkserving;

import io.sparkserving.query.SparkCalls;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamReader;

/**
 * Spark's {@link DataStreamReader} with the words of serving. Like it: mutable, for one thread,
 * every method but {@link #load()} returns this reader.
 */
public final class ServingReader {
  private final DataStreamReader reader;

  ServingReader(DataStreamReader reader) {
    this.reader = reader;
  }

  /** Requests wait in one queue on the driver. */
  public ServingReader server() {
    reader.format("server");
    return this;
  }

  /** Each executor has a server, and requests wait in the executor that took them. */
  public ServingReader distributedServer() {
    reader.format("distributedServer");
    return this;
  }

  /** Each executor has a server, and tasks that go on and on take each request as it comes. */
  public ServingReader continuousServer() {
    reader.format("continuousServer");
    return this;
  }

  /**
   * Where the service listens.
   *
   * @param host address to listen on; {@code localhost} for this machine alone
   * @param port 0 to 65535, 0 for any free port
   * @param api path of the service, and its name unless option {@code name} is set
   */
  public ServingReader address(String host, int port, String api) {
    return options(Map.of("host", host, "port", Integer.toString(port), "path", api));
  }

  /** Sets an option; docs/options.md lists them. */
  public ServingReader option(String key, String value) {
    return options(Map.of(key, value));
  }

  /** Sets an option; docs/options.md lists them. */
  public ServingReader option(String key, boolean value) {
    return option(key, Boolean.toString(value));
  }

  /** Sets an option; docs/options.md lists them. */
  public ServingReader option(String key, long value) {
    return option(key, Long.toString(value));
  }

  /** Sets an option; docs/options.md lists them. */
  public ServingReader option(String key, double value) {
    return option(key, Double.toString(value));
  }

  /** Sets several options. */
  public ServingReader options(Map<String, String> options) {
    SparkCalls.options(reader, DataStreamReader.class, options);
    return this;
  }

  /**
   * The requests, one row each: {@code id}, {@code request} and, if asked for, {@code timestamp}.
   * Nothing listens until a query on them starts.
   *
   * @throws IllegalArgumentException naming an option that is unknown, missing or badly set
   */
  public Dataset<Row> load() {
    return reader.load();
  }
}
