package io.sparkserving.head;

import io.sparkserving.format.ReplyTable;
import io.sparkserving.options.SinkConfiguration;
import org.apache.spark.sql.types.StructType;

/** Replies to requests that an {@link HTTPSource} gave. */
final class HTTPSink extends ReplyTable {
  HTTPSink(SinkConfiguration configuration, StructType schema) {
    super(configuration, schema);
  }
}
