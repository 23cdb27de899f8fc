package io.sparkserving.head;

import io.sparkserving.options.SinkConfiguration;
import io.sparkserving.sink.ReplyTable;
import org.apache.spark.sql.types.StructType;

/** Replies to requests that an {@link HTTPSource} gave. */
final class HTTPSink extends ReplyTable {
  HTTPSink(SinkConfiguration configuration, StructType schema) {
    super(configuration, schema);
  }
}
