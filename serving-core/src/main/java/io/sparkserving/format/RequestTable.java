package io.sparkserving.format;

import io.sparkserving.checkpoint.ContinuousCheckpoint;
import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.RepeatedReads;
import io.sparkserving.metrics.ReplayedRequestsMetric;
import io.sparkserving.metrics.RequestBytesMetric;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.schema.SourceNotes;
import io.sparkserving.task.source.SourceSchema;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.ContinuousStream;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The table of a service's requests, in every mode. {@link ServingProvider} makes one for each
 * load, on the thread that loads the stream, whose session the table keeps. Spark asks for schema
 * and capabilities there and on threads that plan queries. Each query that reads the table starts a
 * stream of its own.
 */
public abstract class RequestTable implements SupportsRead, RepeatedReads.Requests {
  private final ServiceConfiguration configuration;
  private final SparkSession session = SparkSession.active();

  /**
   * @param configuration the options of the reader
   */
  protected RequestTable(ServiceConfiguration configuration) {
    this.configuration = configuration;
  }

  /** The service's configuration, as parsed from the options of the stream. */
  protected final ServiceConfiguration configuration() {
    return configuration;
  }

  /**
   * Begins to read in batches. Spark calls on the query's own thread, so what is thrown ends the
   * query.
   *
   * @param query the run that reads
   */
  protected abstract MicroBatchStream startMicroBatches(QueryRun query);

  /**
   * Begins to read without end. Spark calls on the thread that starts the query, so what is thrown
   * is thrown there.
   *
   * @param query the run that reads, which has no thread of its own yet
   * @throws UnsupportedOperationException unless the mode overrides this method
   */
  protected ContinuousStream startContinuously(QueryRun query) {
    throw new UnsupportedOperationException(
        "Unsupported trigger for %s: read and write with continuousServer.".formatted(name()));
  }

  /**
   * Whether the source may be read without batches, where Spark refuses to make several rows of one
   * but by functions over partitions.
   */
  protected boolean isMapsOnly() {
    return false;
  }

  /** Has a stream write requests down, if that is asked for. */
  private MicroBatchStream journaled(
      MicroBatchStream stream, QueryRun query, String sourceCheckpoint) {
    if (configuration.journal().isPresent()) {
      try {
        ((RequestStream) stream)
            .writeTo(QueryJournal.open(configuration, query, sourceCheckpoint, session));
      } catch (RuntimeException | Error e) {
        stream.stop();
        throw e;
      }
    }
    return stream;
  }

  private void refuseJournal() {
    if (configuration.journal().isPresent()) {
      throw new IllegalArgumentException(
          "Unsupported option 'journal' for %s: with the continuous trigger a query has no state to"
                  .formatted(name())
              + " restore. Leave the option out, or use the real-time trigger or none.");
    }
  }

  private SourceNotes notes() {
    String path = configuration.path();
    String protocol = configuration.protocol();
    return new SourceNotes(
        isMapsOnly(),
        path.contains("{") ? path : "",
        protocol.equals(ServiceConfiguration.PLAIN) ? "" : protocol);
  }

  @Override
  public String serviceName() {
    return configuration.name();
  }

  @Override
  public String name() {
    return "requests to " + configuration.name();
  }

  @Override
  @SuppressWarnings("deprecation") // Spark 3.5 asks for it, and later versions make columns of it.
  public StructType schema() {
    return SourceSchema.of(configuration, notes());
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.MICRO_BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return () ->
        new Scan() {
          @Override
          public StructType readSchema() {
            return SourceSchema.of(configuration, notes());
          }

          @Override
          public String description() {
            return name();
          }

          @Override
          public CustomMetric[] supportedCustomMetrics() {
            return new CustomMetric[] {new RequestBytesMetric(), new ReplayedRequestsMetric()};
          }

          @Override
          public MicroBatchStream toMicroBatchStream(String checkpointLocation) {
            ContinuousCheckpoint.makeFitForBatches(session, checkpointLocation);
            QueryRun query = QueryRun.current(session);
            return journaled(startMicroBatches(query), query, checkpointLocation);
          }

          @Override
          public ContinuousStream toContinuousStream(String checkpointLocation) {
            refuseJournal();
            return startContinuously(QueryRun.starting(session, checkpointLocation));
          }
        };
  }
}
