package io.sparkserving.distributed;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.service.ServiceRegistry;
import io.sparkserving.source.RequestTable;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;

/** The table of a service's requests, which wait in the executors that took them. */
final class DistributedHTTPSource extends RequestTable {
  private final ServiceConfiguration configuration;
  private final Map<String, String> options;

  /**
   * @param options that the configuration was parsed from
   */
  DistributedHTTPSource(ServiceConfiguration configuration, Map<String, String> options) {
    super(configuration);
    this.configuration = configuration;
    this.options = options;
  }

  @Override
  protected MicroBatchStream startStream(SparkContext spark, String queryId) {
    CoordinatedService service =
        (CoordinatedService)
            ServiceRegistry.jvm().attach(configuration, CoordinatedService::open, queryId);
    return new DistributedMicroBatchStream(spark, service, options);
  }
}
