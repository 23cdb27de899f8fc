package io.sparkserving.schema;

import org.apache.spark.sql.types.DataType;

/**
 * What bodies of requests are parsed to.
 *
 * @param type as given to {@code parseRequest}
 * @param checked whether a body that is not of the type's root shape is answered 400
 * @param complete whether so is one in which a field or sub-field is missing
 */
public record RequestType(DataType type, boolean checked, boolean complete) {}
