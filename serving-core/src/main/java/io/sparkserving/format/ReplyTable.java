package io.sparkserving.format;

import io.sparkserving.driver.RunningService;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.options.SinkConfiguration;
import io.sparkserving.schema.ApiTypes;
import io.sparkserving.schema.ServingSchemas;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.streaming.ReportsSinkMetrics;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * The table that replies are written to, in every mode. {@link ServingProvider} makes a new one for
 * each start of a query, on the thread that starts the query. Spark calls {@link #metrics} on the
 * query's own thread, and plans the writing there too, or with the continuous trigger on the thread
 * that starts the query.
 */
public abstract class ReplyTable implements SupportsWrite, ReportsSinkMetrics {
  private static final StackWalker CALLERS =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private final SinkConfiguration configuration;
  private final StructType schema;

  /**
   * @param configuration the options of the writer
   * @param schema columns of the query
   * @throws IllegalArgumentException if the id or reply column is missing or of another type
   */
  protected ReplyTable(SinkConfiguration configuration, StructType schema) {
    this.configuration = configuration;
    this.schema = schema;
    check("idCol", configuration.idCol(), ServingSchemas.ID, "Keep the source's id column");
    check(
        "replyCol",
        configuration.replyCol(),
        ServingSchemas.REPLY,
        "Make it with makeReply, or with a function such as stringToResponse");
  }

  private void check(String option, String column, StructType expected, String advice) {
    DataType found = null;
    for (String name : schema.fieldNames()) {
      if (name.equals(column)) {
        found = schema.apply(name).dataType();
      }
    }
    if (found == null) {
      throw new IllegalArgumentException(
          "Missing column '%s' (option '%s') to reply from: the query has the columns %s. %s."
              .formatted(column, option, String.join(", ", schema.fieldNames()), advice));
    }
    if (!ServingSchemas.sameType(found, expected)) {
      throw new IllegalArgumentException(
          "Invalid column '%s' (option '%s'): expected type %s, met %s. %s."
              .formatted(column, option, expected.sql(), found.sql(), advice));
    }
  }

  /** The name of the service that is replied to. */
  public String serviceName() {
    return configuration.name();
  }

  /** The types of requests and replies, as far as the query's columns tell. */
  public ApiTypes apiTypes() {
    return ApiTypes.of(schema, configuration.replyCol());
  }

  /**
   * Names the table.
   *
   * @throws IllegalArgumentException if Spark asks because it tracks progress asynchronously, and
   *     so is about to refuse every name but a few of its own sinks
   */
  @Override
  public String name() {
    if (CALLERS.getCallerClass().getSimpleName().startsWith("AsyncProgressTracking")) {
      throw new IllegalArgumentException(
          ("Unsupported async progress tracking for replies to '%s': Spark allows it to sinks of"
                  + " its own alone, and from 4.3 on switches it on for real-time queries. Set"
                  + " .option(\"asyncProgressTrackingEnabled\", \"false\") on the writer, as the"
                  + " helpers' start() does, or"
                  + " .option(\"_asyncProgressTrackingOverrideSinkSupportCheck\", \"true\").")
              .formatted(configuration.name()));
    }
    return label();
  }

  private String label() {
    return "replies to " + configuration.name();
  }

  @Override
  @SuppressWarnings("deprecation") // Spark 3.5 asks for it, and later versions make columns of it.
  public StructType schema() {
    return schema;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.STREAMING_WRITE, TableCapability.ACCEPT_ANY_SCHEMA);
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return new ReplyWriteBuilder(configuration, info);
  }

  /**
   * The counts for progress reports; none while no such service runs. Spark asks on the query's
   * thread, after each batch.
   */
  @Override
  public Map<String, String> metrics() {
    RunningService service = ServiceRegistry.jvm().catalogue().find(serviceName());
    return service == null ? Map.of() : service.replyProgress();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT) + "[" + label() + "]";
  }
}
