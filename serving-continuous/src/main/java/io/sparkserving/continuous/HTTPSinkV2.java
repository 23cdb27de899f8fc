package io.sparkserving.continuous;

import io.sparkserving.format.ReplyTable;
import io.sparkserving.options.SinkConfiguration;
import org.apache.spark.sql.types.StructType;

/** Replies to requests that an {@link HTTPSourceV2} gave. */
final class HTTPSinkV2 extends ReplyTable {
  HTTPSinkV2(SinkConfiguration configuration, StructType schema) {
    super(configuration, schema);
  }
}
