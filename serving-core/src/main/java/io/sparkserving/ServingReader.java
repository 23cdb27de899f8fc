package io.sparkserving;

import io.sparkserving.query.SparkCalls;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamReader;

/**
 * Spark's {@link DataStreamReader} with the words of serving. As that class is, a reader is mutable
 * and for one thread, and every method but {@link #load()} returns the reader itself. {@link
 * Serving#readStream} makes one.
 */
public final class ServingReader {
  private final DataStreamReader reader;

  ServingReader(DataStreamReader reader) {
    this.reader = reader;
  }

  /**
   * Chooses the head service: one server on the driver takes all requests, and they wait in one
   * queue there. Tasks on all executors get them in micro-batches.
   */
  public ServingReader server() {
    reader.format("server");
    return this;
  }

  /**
   * Chooses the distributed service: each executor has a server, and requests wait in the executor
   * that took them. Tasks get them there in micro-batches.
   */
  public ServingReader distributedServer() {
    reader.format("distributedServer");
    return this;
  }

  /**
   * Chooses the continuous service: each executor has a server, and tasks that go on and on take
   * each request there as it comes.
   */
  public ServingReader continuousServer() {
    reader.format("continuousServer");
    return this;
  }

  /**
   * Sets where the service listens: the options {@code host}, {@code port} and {@code path}.
   * Nothing is checked before {@link #load()}.
   *
   * @param host address to listen on; {@code localhost} for this machine alone, {@code 0.0.0.0} for
   *     all addresses of the machine
   * @param port 0 to 65535, where 0 picks any free port
   * @param api path of the service, such as {@code my_api}, and its name unless option {@code name}
   *     is set; {@code /} for every path, by the name {@code root}
   */
  public ServingReader address(String host, int port, String api) {
    return options(Map.of("host", host, "port", Integer.toString(port), "path", api));
  }

  /**
   * Sets an option. docs/options.md lists the options of a reader with types, defaults and ranges.
   * The last value given counts, and names match in any case. {@link #load()} refuses what does not
   * fit.
   *
   * @param value as text: durations such as {@code 500ms} or {@code 5s}, sizes such as {@code 512k}
   */
  public ServingReader option(String key, String value) {
    return options(Map.of(key, value));
  }

  /** Sets an option that is true or false; see {@link #option(String, String)}. */
  public ServingReader option(String key, boolean value) {
    return option(key, Boolean.toString(value));
  }

  /** Sets an option that is a whole number; see {@link #option(String, String)}. */
  public ServingReader option(String key, long value) {
    return option(key, Long.toString(value));
  }

  /** Sets an option that is a number; see {@link #option(String, String)}. */
  public ServingReader option(String key, double value) {
    return option(key, Double.toString(value));
  }

  /** Sets several options at once; see {@link #option(String, String)}. */
  public ServingReader options(Map<String, String> options) {
    SparkCalls.options(reader, DataStreamReader.class, options);
    return this;
  }

  /**
   * Returns the requests, one row each: {@code id}, {@code request} and, if options {@code
   * includeTimestamp} and {@code includeCaller} are set, {@code timestamp}, the time of arrival,
   * and {@code caller}, the name of the caller's token. The types are those of {@link
   * io.sparkserving.schema.ServingSchemas}. Nothing listens until a query on the rows starts.
   *
   * @throws IllegalArgumentException naming an option that is unknown, missing or badly set
   */
  public Dataset<Row> load() {
    return reader.load();
  }
}
