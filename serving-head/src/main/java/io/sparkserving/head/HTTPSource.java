package io.sparkserving.head;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.service.LocalService;
import io.sparkserving.service.QueryRun;
import io.sparkserving.service.ServiceRegistry;
import io.sparkserving.source.RequestTable;
import io.sparkserving.source.TaskAttempts;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;

/** The table of a service's requests, whose queue is on the driver. */
final class HTTPSource extends RequestTable {
  private final ServiceConfiguration configuration;

  HTTPSource(ServiceConfiguration configuration) {
    super(configuration);
    this.configuration = configuration;
  }

  @Override
  protected MicroBatchStream startMicroBatches(QueryRun query) {
    SparkContext spark = SparkContext.getOrCreate();
    return new HTTPMicroBatchStream(
        ServiceRegistry.jvm().attach(LocalService.class, configuration, LocalService::open, query),
        () -> configuration.numPartitions().orElseGet(spark::defaultParallelism),
        TaskAttempts.last(spark));
  }
}
