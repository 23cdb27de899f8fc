package io.sparkserving.continuous;

import io.sparkserving.coordination.CoordinatedService;
import io.sparkserving.format.ServingProvider;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.options.SinkConfiguration;
import io.sparkserving.sink.ReplyTable;
import io.sparkserving.source.RequestTable;
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
