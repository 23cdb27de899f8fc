package io.sparkserving.distributed;

import io.sparkserving.driver.cluster.CoordinatedService;
import io.sparkserving.format.ReplyTable;
import io.sparkserving.format.RequestTable;
import io.sparkserving.format.ServingProvider;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.options.SinkConfiguration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.types.StructType;

/** Format {@code distributedServer}: requests wait in the executors, each of which has a server. */
public final class DistributedHTTPSourceProvider extends ServingProvider {
  public DistributedHTTPSourceProvider() {
    super("distributedServer", CoordinatedService::open);
  }

  @Override
  protected RequestTable requests(ServiceConfiguration configuration, SparkContext spark) {
    return new DistributedHTTPSource(configuration);
  }

  @Override
  protected ReplyTable replies(SinkConfiguration configuration, StructType schema) {
    return new DistributedHTTPSink(configuration, schema);
  }
}
