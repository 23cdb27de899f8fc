package io.sparkserving.head;

import io.sparkserving.format.ServingProvider;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.options.SinkConfiguration;
import io.sparkserving.service.LocalService;
import io.sparkserving.sink.ReplyTable;
import io.sparkserving.source.RequestTable;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.types.StructType;

/** Format {@code server}: requests wait in one queue on the driver. */
public final class HTTPSourceProvider extends ServingProvider {
  public HTTPSourceProvider() {
    super("server", LocalService::open);
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
