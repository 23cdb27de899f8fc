package io.sparkserving.schema;

import org.apache.spark.sql.types.DataType;

/**
 * What replies are made of.
 *
 * @param type the type of the column given to {@code makeReply}
 * @param column the name of that column
 */
public record ReplyType(DataType type, String column) {}
