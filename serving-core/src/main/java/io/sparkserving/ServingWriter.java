package io.sparkserving;

import io.sparkserving.query.SparkCalls;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
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
  private final SparkSession session;

  ServingWriter(DataStreamWriter<Row> writer, SparkSession session) {
    this.writer = writer;
    this.session = session;
  }

  /** Rows are replies to a service that was read with {@code server()}. */
  public ServingWriter server() {
    writer.format("server");
    return this;
  }

  /** Rows are replies to a service that was read with {@code distributedServer()}. */
  public ServingWriter distributedServer() {
    writer.format("distributedServer");
    return this;
  }

  /** Rows are replies to a service that was read with {@code continuousServer()}. */
  public ServingWriter continuousServer() {
    writer.format("continuousServer");
    return this;
  }

  /**
   * Sets the real-time trigger of Spark 4.1 and later, and what it needs: output mode {@code
   * update}, and for the session that Spark does not check sinks and operators against its own
   * list, which has none of other libraries.
   *
   * @param batchDuration such as {@code 5 minutes}, of 5 seconds at least
   * @throws UnsupportedOperationException where Spark has no such trigger
   */
  public ServingWriter realTime(String batchDuration) {
    writer.trigger(SparkCalls.realTime(batchDuration));
    writer.outputMode("update");
    session.conf().set("spark.sql.streaming.realTimeMode.allowlistCheck", "false");
    return this;
  }

  /** Names the service to reply to: its api, unless it was given a name of its own. */
  public ServingWriter replyTo(String name) {
    return option("name", name);
  }

  /** Sets an option; docs/options.md lists them. */
  public ServingWriter option(String key, String value) {
    return options(Map.of(key, value));
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
    SparkCalls.options(writer, DataStreamWriter.class, several);
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
   * Starts the query, as {@link Serving#start} does.
   *
   * @throws IllegalArgumentException for an option or column that does not fit
   * @throws IllegalStateException if the service cannot listen, or is being served already
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public StreamingQuery start() throws TimeoutException {
    return Serving.start(writer);
  }

  /** Starts the query and restarts it when it fails, as {@link Serving#supervise} does. */
  public SupervisedQuery supervise() throws TimeoutException {
    return supervise(Map.of());
  }

  /**
   * Starts the query and restarts it when it fails, as {@link Serving#supervise} does.
   *
   * @param options as docs/options.md lists them for supervision
   */
  public SupervisedQuery supervise(Map<String, String> options) throws TimeoutException {
    return Serving.supervise(writer, options);
  }
}
