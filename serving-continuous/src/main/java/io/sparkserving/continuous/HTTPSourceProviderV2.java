package io.sparkserving.continuous;

import io.sparkserving.driver.cluster.CoordinatedService;
import io.sparkserving.format.ReplyTable;
import io.sparkserving.format.RequestTable;
import io.sparkserving.format.ServingProvider;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.options.SinkConfiguration;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.types.StructType;

/** Format {@code continuousServer}: tasks that go on and on take each request as it comes. */
public final class HTTPSourceProviderV2 extends ServingProvider {
  public HTTPSourceProviderV2() {
    super("continuousServer", CoordinatedService::open);
  }

  @Override
  protected RequestTable requests(ServiceConfiguration configuration, SparkContext spark) {
    return new HTTPSourceV2(configuration);
  }

  @Override
  protected ReplyTable replies(SinkConfiguration configuration, StructType schema) {
    return new HTTPSinkV2(configuration, schema);
  }
}
