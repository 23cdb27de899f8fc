package io.sparkserving.source;

import io.sparkserving.options.ServiceConfiguration;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** The table of a service's requests, in every mode. Made on the thread that loads the stream. */
public abstract class RequestTable implements SupportsRead {
  /** Where Spark keeps, for the thread of a streaming query, that query's id. */
  private static final String QUERY_ID_PROPERTY = "sql.streaming.queryId";

  private final ServiceConfiguration configuration;

  protected RequestTable(ServiceConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * Begins to read. Runs on the thread of the query.
   *
   * @param queryId of the query
   */
  protected abstract MicroBatchStream startStream(SparkContext spark, String queryId);

  @Override
  public String name() {
    return "requests to " + configuration.name();
  }

  @Override
  @SuppressWarnings("deprecation") // Spark 3.5 asks for it, and later versions make columns of it.
  public StructType schema() {
    return SourceSchema.of(configuration);
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
            return SourceSchema.of(configuration);
          }

          @Override
          public String description() {
            return name();
          }

          @Override
          public MicroBatchStream toMicroBatchStream(String checkpointLocation) {
            SparkContext spark = SparkContext.getOrCreate();
            return startStream(spark, String.valueOf(spark.getLocalProperty(QUERY_ID_PROPERTY)));
          }
        };
  }
}
