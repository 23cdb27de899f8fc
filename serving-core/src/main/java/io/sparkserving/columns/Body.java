package io.sparkserving.columns;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * How the body of a request is read as some schema, in column expressions over the request's
 * entity. Methods are called in the order they stand.
 */
interface Body {

  /**
   * Returns the reading for a schema.
   *
   * @throws IllegalArgumentException for a schema that bodies cannot be read as
   */
  static Body of(DataType schema) {
    if (schema instanceof BinaryType) {
      return new BinaryBody();
    }
    if (schema instanceof StringType) {
      return new TextBody();
    }
    if (schema instanceof StructType || schema instanceof ArrayType || schema instanceof MapType) {
      return new JsonBody(schema);
    }
    throw new IllegalArgumentException(
        "Unsupported schema %s: expected a struct, an array or a map to read JSON as, or string"
                .formatted(schema.simpleString())
            + " or binary to take the body as it is.");
  }

  /** The names of the columns that the body becomes. */
  List<String> names();

  /** Adds the columns that the other methods' expressions refer to. */
  Dataset<Row> read(RequestColumns requests);

  /** Whether the body is what the check asks for; never null. */
  Column isGood(Column entity, ParsingCheck check);

  /** What the client is told of a body that is not good. */
  Refusal refusal(Column entity, ParsingCheck check);

  /** Makes rows of what bodies hold, which have been checked. */
  default Dataset<Row> spread(RequestColumns checked) {
    return checked.rows();
  }

  /** The columns that the body becomes, with their names. */
  List<Column> columns(Column entity);
}
