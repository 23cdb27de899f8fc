package io.sparkserving.continuous;

import io.sparkserving.format.ReplyTable;
import io.sparkserving.options.SinkConfiguration;
import org.apache.spark.sql.types.StructType;

/** The table that takes replies to requests of an {@link HTTPSourceV2}. */
final class HTTPSinkV2 extends ReplyTable {
  HTTPSinkV2(SinkConfiguration configuration, StructType schema) {
    super(configuration, schema);
  }
}
