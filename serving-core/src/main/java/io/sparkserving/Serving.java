package io.sparkserving;

import io.sparkserving.columns.ReplyMaking;
import io.sparkserving.columns.RequestParsing;
import io.sparkserving.driver.DriverOperations;
import io.sparkserving.driver.LibraryVersion;
import io.sparkserving.driver.ServiceInfoJson;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.options.SupervisionConfiguration;
import io.sparkserving.query.DrainingQuery;
import io.sparkserving.query.QueryStart;
import io.sparkserving.query.Supervision;
import io.sparkserving.task.reply.RefuseRequest;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Spark queries as web services, from Java.
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

  /** Begins to read requests. */
  public static ServingReader readStream(SparkSession spark) {
    return reader(spark.readStream());
  }

  /** Adds the words of serving to a reader that Spark made. */
  public static ServingReader reader(DataStreamReader reader) {
    return new ServingReader(reader);
  }

  /** Begins to write replies. */
  public static ServingWriter writeStream(Dataset<Row> replies) {
    return new ServingWriter(replies.writeStream(), replies.sparkSession());
  }

  /** Adds the words of serving to a writer that Spark made. */
  public static ServingWriter writer(DataStreamWriter<Row> writer) {
    return new ServingWriter(writer, SparkSession.active());
  }

  /**
   * Starts a query that replies to a service. When it returns, the service listens and the query
   * consumes its requests. A query that names no checkpoint location gets a temporary one, removed
   * when the query stops. The query is stopped when the JVM is told to end.
   *
   * <p>The query's {@code stop()} is {@link #stop}, and all else Spark's own.
   *
   * @param writer a writer of Spark's own, of format {@code server}
   * @throws IllegalArgumentException for an option or column that does not fit
   * @throws IllegalStateException if the service cannot listen, or is being served already
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public static StreamingQuery start(DataStreamWriter<Row> writer) throws TimeoutException {
    return QueryStart.start(writer);
  }

  /**
   * Lets a query answer what its services hold, as their options {@code drainDelay} and {@code
   * drainTimeout} say, and stops it. This is what {@code stop()} does of a query that {@link
   * #start} has given; others, such as those of {@code spark.streams()}, need this method for it. A
   * thread that is interrupted stops the query at once.
   *
   * @throws TimeoutException as Spark's own {@code stop} does
   */
  public static void stop(StreamingQuery query) throws TimeoutException {
    DrainingQuery.drainAndStop(DrainingQuery.unwrap(query));
  }

  /**
   * Spark's own object behind a query that {@link #start} has given, for code which needs Spark's
   * class, as PySpark does. Its {@code stop()} does not wait for what is in flight.
   */
  public static StreamingQuery unwrap(StreamingQuery query) {
    return DrainingQuery.unwrap(query);
  }

  /**
   * Starts a query that replies to a service, and starts it again whenever it fails. The service
   * goes on meanwhile: clients keep their connections, and requests that a failed run held are
   * delivered again, but for those that made it fail {@code maxRequestAttempts} times.
   *
   * @param writer a writer of Spark's own, of a serving format
   * @param options as docs/options.md lists them for supervision
   * @throws IllegalArgumentException for an option or column that does not fit
   * @throws IllegalStateException if the first start fails, as that of {@link #start} may
   * @throws TimeoutException as Spark's own {@code start} does
   */
  public static SupervisedQuery supervise(DataStreamWriter<Row> writer, Map<String, String> options)
      throws TimeoutException {
    return new SupervisedQuery(
        Supervision.start(writer, SupervisionConfiguration.parse(options)));
  }

  /**
   * Replaces the column {@code request} by the fields of its parsed body. Requests whose body is
   * not of the schema's root shape are answered 400 and go no further.
   *
   * @param requests rows of a serving source
   * @param schema a struct, whose fields become columns; binary, for a column {@code bytes};
   *     string, map or array, for a column {@code value}
   * @throws IllegalArgumentException for a schema that bodies cannot be parsed to
   */
  public static Dataset<Row> parseRequest(Dataset<Row> requests, DataType schema) {
    return new RequestParsing(new RefuseRequest()).parse(requests, schema);
  }

  /**
   * As {@link #parseRequest(Dataset, DataType)}, with every choice given.
   *
   * @param api name of the service; for who reads the query, as every id names its own
   * @param idCol column with the source's id struct
   * @param requestCol column with the request struct
   * @param parsingCheck {@code none}: what does not parse becomes null; {@code partial}: a body
   *     that is not of the schema's root shape is answered 400; {@code full}: so is one in which a
   *     field or sub-field is missing
   * @throws IllegalArgumentException for a column or schema that does not fit
   */
  public static Dataset<Row> parseRequest(
      Dataset<Row> requests,
      @Nullable String api,
      DataType schema,
      String idCol,
      String requestCol,
      String parsingCheck) {
    return new RequestParsing(new RefuseRequest())
        .parse(requests, schema, idCol, requestCol, parsingCheck);
  }

  /**
   * Adds the column {@code reply}, made of {@code replyCol} as its type suggests: text, bytes, JSON
   * of a struct, map or array, else {@code {"replyCol": value}}.
   */
  public static Dataset<Row> makeReply(Dataset<Row> answers, String replyCol) {
    return makeReply(answers, replyCol, "reply");
  }

  /** As {@link #makeReply(Dataset, String)}, for a reply column called {@code name}. */
  public static Dataset<Row> makeReply(Dataset<Row> answers, String replyCol, String name) {
    return ReplyMaking.makeReply(answers, replyCol, name);
  }

  /**
   * Every listening server of a service that this driver runs.
   *
   * @throws IllegalArgumentException if no service of that name is running; names those that are
   */
  public static List<ServiceInfo> serviceInfo(String name) {
    return ServiceRegistry.jvm().catalogue().get(name).servers().stream()
        .map(ServiceInfo::of)
        .toList();
  }

  /** {@link #serviceInfo(String)} as a JSON array of objects. */
  public static String serviceInfoJson(String name) {
    return ServiceInfoJson.write(ServiceRegistry.jvm().catalogue().get(name).servers());
  }

  /**
   * Configuration for a load balancer before all servers that a service has now, complete enough to
   * start it with. The same servers give the same text.
   *
   * @param kind {@code nginx}, {@code haproxy}, {@code envoy} or {@code kubernetes}, in any case
   * @throws IllegalArgumentException if no service of that name is running, or there is no such
   *     kind
   * @throws IllegalStateException if no server listens yet
   */
  public static String loadBalancerConfiguration(String name, String kind) {
    return loadBalancerConfiguration(name, kind, OptionalInt.empty());
  }

  /**
   * As {@link #loadBalancerConfiguration(String, String)}, which has the load balancer listen on
   * port 8080, for another port.
   */
  public static String loadBalancerConfiguration(String name, String kind, int port) {
    return loadBalancerConfiguration(name, kind, OptionalInt.of(port));
  }

  private static String loadBalancerConfiguration(String name, String kind, OptionalInt port) {
    return DriverOperations.require("configuration for load balancers")
        .loadBalancerConfiguration(name, kind, port);
  }

  /** The version of this library, such as {@code 0.1.0}. */
  public static String version() {
    return LibraryVersion.read();
  }
}
