package io.sparkserving.distributed;

import io.sparkserving.checkpoint.LocalCheckpoints;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.options.SinkConfiguration;
import io.sparkserving.service.ServiceRegistry;
import io.sparkserving.source.SourceSchema;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * Format {@code distributedServer}, to read requests and to write replies. Spark makes a new
 * instance for each load and each start and calls it on the user's thread, so whatever is wrong
 * with the options shows there.
 */
public final class DistributedHTTPSourceProvider implements TableProvider, DataSourceRegister {
  private boolean reading;

  @Override
  public String shortName() {
    return "distributedServer";
  }

  /** Spark asks for a schema when it reads, and brings the query's own when it writes. */
  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    reading = true;
    return SourceSchema.of(ServiceConfiguration.parse(options));
  }

  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    CaseInsensitiveStringMap options = new CaseInsensitiveStringMap(properties);
    if (reading) {
      ServiceConfiguration configuration = ServiceConfiguration.parse(options);
      LocalCheckpoints.avoidForks(SparkContext.getOrCreate());
      ServiceRegistry.jvm().declare(configuration, CoordinatedService::open);
      return new DistributedHTTPSource(configuration, options.asCaseSensitiveMap());
    }
    DistributedHTTPSink sink = new DistributedHTTPSink(SinkConfiguration.parse(options), schema);
    ServiceRegistry.jvm().prepare(sink.serviceName());
    return sink;
  }
}
