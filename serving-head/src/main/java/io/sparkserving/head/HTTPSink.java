package io.sparkserving.head;

import io.sparkserving.format.ReplyTable;
import io.sparkserving.options.SinkConfiguration;
import org.apache.spark.sql.types.StructType;

/** The table that takes replies to requests of an {@link HTTPSource}. */
final class HTTPSink extends ReplyTable {
  HTTPSink(SinkConfiguration configuration, StructType schema) {
    super(configuration, schema);
  }
}
