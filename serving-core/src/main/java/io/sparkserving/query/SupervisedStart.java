package io.sparkserving.query;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.WantedSupervision;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.SupervisionConfiguration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.jspecify.annotations.Nullable;

/**
 * Starts the runs of a supervised query, and tells their services by local properties of the thread
 * whose runs they are. One thread at a time starts runs; all threads may ask.
 */
final class SupervisedStart {
  private final String supervisor = "supervisor-" + Secret.randomName();
  private final SparkContext spark = SparkContext.getOrCreate();
  private final DataStreamWriter<Row> writer;

  @GuardedBy("this")
  private SupervisionConfiguration configuration;

  /**
   * @param options of {@code supervise}, which win over those of the writer
   * @throws IllegalArgumentException naming an option that is unknown or badly set
   */
  SupervisedStart(DataStreamWriter<Row> writer, Map<String, String> options) {
    this.writer = writer;
    this.configuration = SupervisionConfiguration.parse(options);
    if (!options.isEmpty()) {
      SparkCalls.options(writer, DataStreamWriter.class, options);
    }
  }

  /** Names the supervisor of the runs. */
  String supervisor() {
    return supervisor;
  }

  /** How the query is supervised, which the first run has said. */
  synchronized SupervisionConfiguration configuration() {
    return configuration;
  }

  /** Whether no further run can start, as the Spark application has ended. */
  boolean isSparkStopped() {
    return spark.isStopped();
  }

  /** Starts the first run, as {@link QueryStart#begin} does. */
  QueryStart.Started first() throws TimeoutException {
    return begin(null);
  }

  /**
   * Starts a further run, as {@link QueryStart#begin} does; never takes over from another query.
   */
  StreamingQuery again() throws TimeoutException {
    return begin("true").query();
  }

  private QueryStart.Started begin(@Nullable String restart) throws TimeoutException {
    String before = spark.getLocalProperty(QueryRun.SUPERVISOR_PROPERTY);
    spark.setLocalProperty(QueryRun.SUPERVISOR_PROPERTY, supervisor);
    spark.setLocalProperty(QueryRun.RESTART_PROPERTY, restart);
    try {
      return QueryStart.begin(writer);
    } finally {
      spark.setLocalProperty(QueryRun.SUPERVISOR_PROPERTY, before);
      spark.setLocalProperty(QueryRun.RESTART_PROPERTY, null);
      synchronized (this) {
        configuration = WantedSupervision.take(supervisor).orElse(configuration);
      }
    }
  }
}
