package io.sparkserving.head;

import io.sparkserving.driver.DriverService;
import io.sparkserving.driver.QueryRun;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.format.RequestTable;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.task.source.TaskAttempts;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;

/** The table of a service's requests, whose queue is on the driver. */
final class HTTPSource extends RequestTable {
  HTTPSource(ServiceConfiguration configuration) {
    super(configuration);
  }

  @Override
  protected MicroBatchStream startMicroBatches(QueryRun query) {
    SparkContext spark = SparkContext.getOrCreate();
    return new HTTPMicroBatchStream(
        ServiceRegistry.jvm()
            .attach(DriverService.class, configuration(), DriverService::open, query),
        () -> configuration().tasks(spark::defaultParallelism),
        TaskAttempts.last(spark));
  }
}
