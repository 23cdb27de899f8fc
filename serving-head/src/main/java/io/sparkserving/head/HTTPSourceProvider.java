package io.sparkserving.head;

import io.sparkserving.driver.DriverService;
import io.sparkserving.format.ReplyTable;
import io.sparkserving.format.RequestTable;
import io.sparkserving.format.ServingProvider;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.options.SinkConfiguration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.types.StructType;

/** Format {@code server}: requests wait in one queue on the driver. */
public final class HTTPSourceProvider extends ServingProvider {
  public HTTPSourceProvider() {
    super("server", DriverService::open);
  }

  @Override
  protected RequestTable requests(ServiceConfiguration configuration, SparkContext spark) {
    TaskSize.check(configuration, spark);
    return new HTTPSource(configuration);
  }

  @Override
  protected ReplyTable replies(SinkConfiguration configuration, StructType schema) {
    return new HTTPSink(configuration, schema);
  }
}
