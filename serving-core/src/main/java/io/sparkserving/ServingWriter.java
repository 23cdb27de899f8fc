package io.sparkserving;

import io.sparkserving.query.ProgressTracking;
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
 * Spark's {@link DataStreamWriter} with the words of serving. As that class is, a writer is mutable
 * and for one thread, and every method but {@link #start()} and {@code supervise} returns the
 * writer itself. {@link Serving#writeStream} makes one.
 *
 * <p>Rows need a column {@code id}, as the source gave it, and a column {@code reply}, as {@link
 * Serving#makeReply} or {@link ServingFunctions} make it; options {@code idCol} and {@code
 * replyCol} give other names. A row without an id or a reply answers nobody.
 */
public final class ServingWriter {
  private final DataStreamWriter<Row> writer;
  private final SparkSession session;

  ServingWriter(DataStreamWriter<Row> writer, SparkSession session) {
    this.writer = writer;
    this.session = session;
  }

  /** Sends the rows as replies to a service that was read with {@link ServingReader#server}. */
  public ServingWriter server() {
    writer.format("server");
    return this;
  }

  /**
   * Sends the rows as replies to a service that was read with {@link
   * ServingReader#distributedServer}.
   */
  public ServingWriter distributedServer() {
    writer.format("distributedServer");
    return this;
  }

  /**
   * Sends the rows as replies to a service that was read with {@link
   * ServingReader#continuousServer}.
   */
  public ServingWriter continuousServer() {
    writer.format("continuousServer");
    return this;
  }

  /**
   * Sets the real-time trigger of Spark 4.1 and later, and what the trigger needs: output mode
   * {@code update}, option {@code asyncProgressTrackingEnabled} to {@code false}, and for the whole
   * session that Spark does not check sinks and operators against its own list, which has none of
   * other libraries.
   *
   * @param batchDuration how long a batch lasts, such as {@code 5 minutes}; 5 seconds at least
   * @throws IllegalArgumentException for a duration that Spark does not take
   * @throws UnsupportedOperationException where Spark has no such trigger
   */
  public ServingWriter realTime(String batchDuration) {
    writer.trigger(SparkCalls.realTime(batchDuration));
    writer.outputMode("update");
    options(ProgressTracking.SYNCHRONOUS);
    session.conf().set("spark.sql.streaming.realTimeMode.allowlistCheck", "false");
    return this;
  }

  /**
   * Names the service to reply to, option {@code name}.
   *
   * @param name the service's path, unless its reader has set another name with option {@code name}
   */
  public ServingWriter replyTo(String name) {
    return option("name", name);
  }

  /**
   * Sets an option. docs/options.md lists the options of a writer with types, defaults and ranges.
   * The last value given counts, and names match in any case. {@link #start()} refuses what does
   * not fit.
   *
   * @param value as text: durations such as {@code 500ms} or {@code 5s}, sizes such as {@code 512k}
   */
  public ServingWriter option(String key, String value) {
    return options(Map.of(key, value));
  }

  /** Sets an option that is true or false; see {@link #option(String, String)}. */
  public ServingWriter option(String key, boolean value) {
    return option(key, Boolean.toString(value));
  }

  /** Sets an option that is a whole number; see {@link #option(String, String)}. */
  public ServingWriter option(String key, long value) {
    return option(key, Long.toString(value));
  }

  /** Sets an option that is a number; see {@link #option(String, String)}. */
  public ServingWriter option(String key, double value) {
    return option(key, Double.toString(value));
  }

  /** Sets several options at once; see {@link #option(String, String)}. */
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
   * Starts the query, and starts it again when it fails, as {@link Serving#start} does. When this
   * method returns, the service listens and the query consumes its requests.
   *
   * @throws IllegalArgumentException for an option or column that does not fit
   * @throws IllegalStateException if the service cannot listen, or is being served already
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public StreamingQuery start() throws TimeoutException {
    return Serving.start(writer);
  }

  /**
   * Starts the query and restarts it when it fails, as {@link Serving#supervise} does with default
   * options.
   *
   * @throws IllegalArgumentException for an option or column that does not fit
   * @throws IllegalStateException if the service cannot listen, or is being served already
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public SupervisedQuery supervise() throws TimeoutException {
    return supervise(Map.of());
  }

  /**
   * Starts the query and restarts it when it fails, as {@link Serving#supervise} does.
   *
   * @param options {@code maxRestarts}, {@code backoff} and {@code maxBackoff}, as docs/options.md
   *     says
   * @throws IllegalArgumentException for an option or column that does not fit
   * @throws IllegalStateException if the service cannot listen, or is being served already
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public SupervisedQuery supervise(Map<String, String> options) throws TimeoutException {
    return Serving.supervise(writer, options);
  }
}
