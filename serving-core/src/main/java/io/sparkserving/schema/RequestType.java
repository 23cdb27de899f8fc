package io.sparkserving.schema;

import org.apache.spark.sql.types.DataType;

/**
 * What bodies of requests are parsed to.
 *
 * @param type the schema given to {@code parseRequest}
 * @param checked whether a body that is not of the type's root shape is answered 400
 * @param complete whether a body in which a field or sub-field is missing is answered 400 as well
 * @param many whether a body may be an array of these, which is answered by an array
 */
public record RequestType(DataType type, boolean checked, boolean complete, boolean many) {}
