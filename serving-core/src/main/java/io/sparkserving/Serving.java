package io.sparkserving;

import io.sparkserving.columns.FunctionProvider;
import io.sparkserving.columns.ReplyMaking;
import io.sparkserving.columns.RequestParsing;
import io.sparkserving.driver.DriverOperations;
import io.sparkserving.driver.LibraryVersion;
import io.sparkserving.driver.ServiceInfoJson;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.query.LastingQuery;
import io.sparkserving.query.Supervision;
import io.sparkserving.task.reply.RefuseRequest;
import io.sparkserving.task.source.RecordStage;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Spark queries as web services, from Java. All methods are for the driver, and any thread may call
 * them.
 *
 * <pre>{@code
 * Dataset<Row> requests = Serving.parseRequest(
 *     Serving.readStream(spark).server().address("localhost", 8888, "my_api").load(),
 *     new StructType().add("foo", "string").add("bar", "int"));
 * Dataset<Row> replies = Serving.makeReply(
 *     requests.withColumn("fooLength", length(col("foo"))), "fooLength");
 * StreamingQuery query = Serving.writeStream(replies).server().replyTo("my_api").start();
 * }</pre>
 */
public final class Serving {
  private Serving() {}

  /** Begins to read requests in a session. Nothing listens until a query on them starts. */
  public static ServingReader readStream(SparkSession spark) {
    return reader(spark.readStream());
  }

  /** Adds the words of serving to a reader that Spark made. */
  public static ServingReader reader(DataStreamReader reader) {
    return new ServingReader(reader);
  }

  /**
   * Begins to write replies.
   *
   * @param replies rows with the columns {@code id} and {@code reply}
   */
  public static ServingWriter writeStream(Dataset<Row> replies) {
    return new ServingWriter(replies.writeStream(), replies.sparkSession());
  }

  /**
   * Adds the words of serving to a writer that Spark made. The session is the one that is active on
   * this thread.
   */
  public static ServingWriter writer(DataStreamWriter<Row> writer) {
    return new ServingWriter(writer, SparkSession.active());
  }

  /**
   * Starts a query that replies to a service. When this method returns, the service listens and the
   * query consumes its requests. A query that names no checkpoint location gets a temporary one,
   * removed when the query stops. The query is stopped when the JVM is told to end.
   *
   * <p>A query that fails is started again, as {@link #supervise} does it; the writer's options
   * {@code maxRestarts}, {@code backoff} and {@code maxBackoff} say how often and when. The query
   * that this method returns stands for all runs: it is active until it is stopped or given up,
   * {@code awaitTermination()} waits until then and throws if the query is given up, and {@code
   * stop()}, which is {@link #stop}, is for good. All else is that of the run which goes on. With
   * {@code maxRestarts} 0 the query ends with its first failure, and its service with it.
   *
   * @param writer a writer of Spark's own, of a serving format
   * @throws IllegalArgumentException for an option or column that does not fit, and for a trigger
   *     with which the query ends by itself
   * @throws IllegalStateException if the service cannot listen, is being served already, or does
   *     not get its query within two minutes
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public static StreamingQuery start(DataStreamWriter<Row> writer) throws TimeoutException {
    return Supervision.startLasting(writer);
  }

  /**
   * Lets a query answer the requests that its services hold, for as long as their options {@code
   * drainDelay} (default 0 ms) and {@code drainTimeout} (default 2 s) say, and stops the query.
   * What is left is answered 503, and the query is not started again. The method {@code stop()} of
   * a query that {@link #start} has given does the same; other objects for a query, such as those
   * of {@code spark.streams()}, need this method for it. A thread that is interrupted stops the
   * query at once.
   *
   * @throws TimeoutException as Spark's own {@code stop} does
   */
  public static void stop(StreamingQuery query) throws TimeoutException {
    LastingQuery.stop(query);
  }

  /**
   * Returns Spark's own object for the run that goes on, or went on last, of a query that {@link
   * #start} has given, for code which needs Spark's class, as PySpark does; any other query is
   * returned as it is. The {@code stop()} of Spark's own object does not wait for requests in
   * flight.
   */
  public static StreamingQuery unwrap(StreamingQuery query) {
    return LastingQuery.unwrap(query);
  }

  /**
   * Starts a query that replies to a service, and starts it again whenever it fails. The service
   * goes on meanwhile: clients keep their connections, and requests that a failed run held are
   * delivered again, but for those that made tasks fail {@code maxRequestAttempts} times, which are
   * answered 500.
   *
   * @param writer a writer of Spark's own, of a serving format
   * @param options {@code maxRestarts}, how many restarts in a row without an answer in between may
   *     fail (default 20); {@code backoff}, the wait before the second restart in a row (default
   *     100 ms), twice as long before each further one; {@code maxBackoff}, the longest wait
   *     (default 5 s). They win over options of these names that the writer has
   * @throws IllegalArgumentException for an option or column that does not fit
   * @throws IllegalStateException if the first start fails, as that of {@link #start} may
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public static SupervisedQuery supervise(DataStreamWriter<Row> writer, Map<String, String> options)
      throws TimeoutException {
    return new SupervisedQuery(Supervision.start(writer, options));
  }

  /**
   * Replaces the column {@code request} by the fields of its parsed body; the other columns stay.
   * Requests whose body is not of the schema's root shape are answered 400, when the query runs,
   * and their rows go no further. A field that is missing or of another type is null.
   *
   * @param requests rows of a serving source
   * @param schema a struct, whose fields become columns; binary, for a column {@code bytes};
   *     string, map or array, for a column {@code value}
   * @throws IllegalArgumentException for a schema that bodies cannot be parsed to, or with a field
   *     named as another column, and for rows without the columns of a serving source
   */
  public static Dataset<Row> parseRequest(Dataset<Row> requests, DataType schema) {
    return new RequestParsing(new RefuseRequest(), RecordStage::new).parse(requests, schema);
  }

  /**
   * Replaces the request column by the fields of its parsed body, as {@link #parseRequest(Dataset,
   * DataType)} does, with every choice given.
   *
   * @param requests rows of a serving source
   * @param api name of the service, or null; for who reads the query, as every id names its own
   *     service
   * @param schema a struct, whose fields become columns; binary, for a column {@code bytes};
   *     string, map or array, for a column {@code value}
   * @param idCol column with the source's id struct, {@code id} by default
   * @param requestCol column with the request struct, by default as the source calls it
   * @param parsingCheck {@code partial}, the default: a body that is not of the schema's root shape
   *     is answered 400, and a value of a wrong type becomes null; {@code types}: so is a body with
   *     a value of a wrong type, such as {@code "7"} or {@code 1.0} for an int, while a field may
   *     be missing or null; {@code full}: so is a body in which a field or sub-field is missing;
   *     {@code none}: nothing is answered, and what does not parse becomes null
   * @throws IllegalArgumentException for a column, schema or check that does not fit
   */
  public static Dataset<Row> parseRequest(
      Dataset<Row> requests,
      @Nullable String api,
      DataType schema,
      String idCol,
      String requestCol,
      String parsingCheck) {
    return new RequestParsing(new RefuseRequest(), RecordStage::new)
        .parse(requests, schema, idCol, requestCol, parsingCheck);
  }

  /**
   * Replaces the column {@code request} by the fields of the records of its body, which is an array
   * of JSON objects, or one object. Each record becomes a row with an id of its own; the query may
   * treat these rows as any others. The reply to an array is an array of the rows' replies, in the
   * order of the records; a record whose row the query drops is null in it. The reply to an object
   * is that row's reply.
   *
   * @param requests rows of a serving source
   * @param schema a struct, whose fields become columns
   * @param records how many records there may be, and what becomes of bad ones
   * @throws IllegalArgumentException for a schema that records cannot be parsed to, or with a field
   *     named as another column, and for rows without the columns of a serving source
   */
  public static Dataset<Row> parseRequest(Dataset<Row> requests, DataType schema, Records records) {
    return parseRequest(requests, null, schema, "id", "request", "partial", records);
  }

  /**
   * Replaces the request column by the fields of the records of its body, as {@link
   * #parseRequest(Dataset, DataType, Records)} does, with every choice of {@link
   * #parseRequest(Dataset, String, DataType, String, String, String)} given.
   *
   * @throws IllegalArgumentException for a column, schema or check that does not fit
   */
  public static Dataset<Row> parseRequest(
      Dataset<Row> requests,
      @Nullable String api,
      DataType schema,
      String idCol,
      String requestCol,
      String parsingCheck,
      Records records) {
    return new RequestParsing(new RefuseRequest(), RecordStage::new)
        .parse(requests, schema, idCol, requestCol, parsingCheck, records.asRead());
  }

  /**
   * Adds a column that a function computes, or replaces it. Rows that wait form batches by
   * themselves, and nobody waits for a batch to fill. A request on whose row the function fails is
   * answered with an error, and its row goes no further; a row without the source's id gets null.
   *
   * @param rows of a query, anywhere in it
   * @param name of the column
   * @param function called on executors, with up to 1,024 rows at once
   * @param type of the column
   * @param arguments columns that the function gets, at least one
   * @throws IllegalArgumentException for a column or type that does not fit
   */
  public static Dataset<Row> withFunction(
      Dataset<Row> rows, String name, BatchFunction function, DataType type, Column... arguments) {
    return FunctionProvider.require().withFunction(rows, name, function, type, List.of(arguments));
  }

  /**
   * Adds a column as {@link #withFunction} does, whose values come later: after 30 s it is a 504.
   */
  public static Dataset<Row> withAsyncFunction(
      Dataset<Row> rows,
      String name,
      AsyncBatchFunction function,
      DataType type,
      Column... arguments) {
    return FunctionProvider.require().withFunction(rows, name, function, type, List.of(arguments));
  }

  /**
   * Adds the column {@code reply}, a reply of status 200 made of another column as its type
   * suggests: strings as {@code text/plain; charset=utf-8} and binaries as {@code
   * application/octet-stream}; structs, maps and arrays of them as JSON; anything else as a JSON
   * object with the column's name as key, and with null where the column is null. Any other null
   * gives a reply without content. {@link ServingFunctions} has replies of other statuses.
   *
   * @param answers rows that keep the source's id column
   * @param replyCol the column to reply with; {@code a.b} means field {@code b} of {@code a}
   */
  public static Dataset<Row> makeReply(Dataset<Row> answers, String replyCol) {
    return makeReply(answers, replyCol, "reply");
  }

  /**
   * Adds a reply made of another column, as {@link #makeReply(Dataset, String)} does, under a name.
   *
   * @param answers rows that keep the source's id column
   * @param replyCol the column to reply with
   * @param name the column to add; the writer's option {@code replyCol} has to name it
   */
  public static Dataset<Row> makeReply(Dataset<Row> answers, String replyCol, String name) {
    return ReplyMaking.makeReply(answers, replyCol, name);
  }

  /**
   * Returns every server of a service that listens now: one for a head service, and for the others
   * one for each executor or partition that has joined.
   *
   * @param name name of the service
   * @throws IllegalArgumentException if no service of that name is running on this driver; its
   *     message names those that are
   */
  public static List<ServiceInfo> serviceInfo(String name) {
    return ServiceRegistry.jvm().catalogue().get(name).servers().stream()
        .map(ServiceInfo::of)
        .toList();
  }

  /**
   * Returns {@link #serviceInfo(String)} as a JSON array of objects, whose members are named as the
   * record's.
   *
   * @throws IllegalArgumentException if no service of that name is running on this driver
   */
  public static String serviceInfoJson(String name) {
    return ServiceInfoJson.write(ServiceRegistry.jvm().catalogue().get(name).servers());
  }

  /**
   * Returns configuration for a load balancer before all servers that a service has now, complete
   * enough to start the load balancer with, which then listens on port 8080. The same servers give
   * the same text.
   *
   * @param name name of the service
   * @param kind {@code nginx}, {@code haproxy}, {@code envoy} or {@code kubernetes}, in any case
   * @throws IllegalArgumentException if no service of that name is running, or there is no such
   *     kind
   * @throws IllegalStateException if no server listens yet, or the module serving-operations is not
   *     on the class path
   */
  public static String loadBalancerConfiguration(String name, String kind) {
    return loadBalancerConfiguration(name, kind, OptionalInt.empty());
  }

  /**
   * Returns configuration for a load balancer, as {@link #loadBalancerConfiguration(String,
   * String)} does, for another port.
   *
   * @param name name of the service
   * @param kind {@code nginx}, {@code haproxy}, {@code envoy} or {@code kubernetes}, in any case
   * @param port where the load balancer is to listen, 1 to 65535
   * @throws IllegalArgumentException if no service of that name is running, or there is no such
   *     kind
   * @throws IllegalStateException if no server listens yet, or the module serving-operations is not
   *     on the class path
   */
  public static String loadBalancerConfiguration(String name, String kind, int port) {
    return loadBalancerConfiguration(name, kind, OptionalInt.of(port));
  }

  private static String loadBalancerConfiguration(String name, String kind, OptionalInt port) {
    return DriverOperations.require("configuration for load balancers")
        .loadBalancerConfiguration(name, kind, port);
  }

  /** Returns the version of this library, such as {@code 0.1.0}. */
  public static String version() {
    return LibraryVersion.read();
  }
}
