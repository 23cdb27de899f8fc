package io.sparkserving;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Spark's {@link DataStreamWriter} with the words of serving. Like it: mutable, for one thread,
 * every method but {@link #start()} returns this writer.
 */
public final class ServingWriter {
  private final DataStreamWriter<Row> writer;
  private final Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  ServingWriter(DataStreamWriter<Row> writer) {
    this.writer = writer;
  }

  /** Rows are replies to a service that was read with {@code server()}. */
  public ServingWriter server() {
    writer.format("server");
    return this;
  }

  /** Names the service to reply to: its api, unless it was given a name of its own. */
  public ServingWriter replyTo(String name) {
    return option("name", name);
  }

  /** Sets an option; docs/options.md lists them. */
  public ServingWriter option(String key, String value) {
    options.put(key, value);
    return this;
  }

  /** Sets an option; docs/options.md lists them. */
  public ServingWriter option(String key, boolean value) {
    return option(key, Boolean.toString(value));
  }

  /** Sets an option; docs/options.md lists them. */
  public ServingWriter option(String key, long value) {
    return option(key, Long.toString(value));
  }

  /** Sets an option; docs/options.md lists them. */
  public ServingWriter option(String key, double value) {
    return option(key, Double.toString(value));
  }

  /** Sets several options. */
  public ServingWriter options(Map<String, String> several) {
    options.putAll(several);
    return this;
  }

  /** Names the query, as Spark's own {@code queryName} does. */
  public ServingWriter queryName(String queryName) {
    writer.queryName(queryName);
    return this;
  }

  /** Sets the trigger, as Spark's own {@code trigger} does. */
  public ServingWriter trigger(Trigger trigger) {
    writer.trigger(trigger);
    return this;
  }

  /** Sets the output mode, as Spark's own {@code outputMode} does. */
  public ServingWriter outputMode(OutputMode outputMode) {
    writer.outputMode(outputMode);
    return this;
  }

  /** Sets the output mode: {@code append}, {@code update} or {@code complete}. */
  public ServingWriter outputMode(String outputMode) {
    writer.outputMode(outputMode);
    return this;
  }

  /**
   * Starts the query. When it returns, the service listens and the query consumes its requests. A
   * query that names no checkpoint location gets a temporary one, removed when the query stops.
   *
   * @throws IllegalArgumentException for an option or column that does not fit
   * @throws IllegalStateException if the service cannot listen, or is being served already
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public StreamingQuery start() throws TimeoutException {
    SparkCalls.options(writer, DataStreamWriter.class, options);
    StreamingQuery query = TemporaryCheckpoint.startWithCheckpoint(writer);
    String name = options.get("name");
    if (name != null) {
      QueryStart.await(query, name);
    }
    return query;
  }
}
