package io.sparkserving.distributed;

import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.cluster.CoordinatedService;
import io.sparkserving.format.RequestTable;
import io.sparkserving.options.ServiceConfiguration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;

/** The table of a service's requests, which wait in the executors that took them. */
final class DistributedHTTPSource extends RequestTable {
  DistributedHTTPSource(ServiceConfiguration configuration) {
    super(configuration);
  }

  @Override
  protected MicroBatchStream startMicroBatches(QueryRun query) {
    return new DistributedMicroBatchStream(
        SparkContext.getOrCreate(),
        ServiceRegistry.jvm()
            .attach(CoordinatedService.class, configuration(), CoordinatedService::open, query));
  }
}
