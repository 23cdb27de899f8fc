package io.sparkserving.distributed;

import io.sparkserving.format.ReplyTable;
import io.sparkserving.options.SinkConfiguration;
import org.apache.spark.sql.types.StructType;

/** Replies to requests that a {@link DistributedHTTPSource} gave. */
final class DistributedHTTPSink extends ReplyTable {
  DistributedHTTPSink(SinkConfiguration configuration, StructType schema) {
    super(configuration, schema);
  }
}
