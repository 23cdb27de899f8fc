package io.sparkserving.columns;

import org.apache.spark.sql.Column;

/** Makes the boolean column that sends a reply wherever it is evaluated; never null. */
@FunctionalInterface
interface ReplySender {
  Column column(Column api, Column reply, Column id);
}
