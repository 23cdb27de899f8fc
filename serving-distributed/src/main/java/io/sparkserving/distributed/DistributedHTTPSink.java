package io.sparkserving.distributed;

import io.sparkserving.format.ReplyTable;
import io.sparkserving.options.SinkConfiguration;
import org.apache.spark.sql.types.StructType;

/** The table that takes replies to requests of a {@link DistributedHTTPSource}. */
final class DistributedHTTPSink extends ReplyTable {
  DistributedHTTPSink(SinkConfiguration configuration, StructType schema) {
    super(configuration, schema);
  }
}
