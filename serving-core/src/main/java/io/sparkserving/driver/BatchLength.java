package io.sparkserving.driver;

import io.sparkserving.options.ServiceConfiguration;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long a task of a micro-batch may go on taking requests. */
public final class BatchLength {
  private static final Logger LOG = LoggerFactory.getLogger(BatchLength.class);

  /** Where something is bound to a batch, such as the time that its expressions have. */
  public static final Duration SHORT = Duration.ofMillis(250);

  private static final Duration LONG = Duration.ofSeconds(30);

  /** The local property in which Spark has the id of the query whose thread this is. */
  private static final String QUERY_ID = "sql.streaming.queryId";

  /** Expressions that have one value for all of a batch, and what follows the time of events. */
  private static final Pattern OF_BATCH =
      Pattern.compile(
          "\"class\":\"org\\.apache\\.spark\\.sql\\.catalyst\\.(?:expressions\\."
              + "(?:Current(?:Date|Time|Timestamp|BatchTimestamp)|Now|LocalTimestamp)"
              + "|plans\\.logical\\.\\w*EventTimeWatermark\\w*)\"");

  private BatchLength() {}

  /**
   * Returns the length of batches of the query on whose thread this is called: what the service's
   * options say, or else a long one, unless the value of any expression in the query is that of the
   * batch.
   */
  public static Duration of(ServiceConfiguration configuration) {
    return configuration
        .batchLength()
        .orElseGet(() -> hasValuesOfBatch(SparkSession.active()) ? SHORT : LONG);
  }

  /** Also true where that cannot be seen. */
  private static boolean hasValuesOfBatch(SparkSession session) {
    String id = session.sparkContext().getLocalProperty(QUERY_ID);
    if (id == null) {
      return true;
    }
    try {
      Object query =
          Objects.requireNonNull(
              session.sharedState().activeStreamingQueries().get(UUID.fromString(id)));
      // Its class has another package since Spark 4.1.
      LogicalPlan plan = (LogicalPlan) query.getClass().getMethod("logicalPlan").invoke(query);
      return OF_BATCH.matcher(Objects.requireNonNull(plan).toJSON()).find();
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      LOG.debug("The plan of query {} cannot be read", id, e);
      return true;
    }
  }
}
