package io.sparkserving.columns;

import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.sparkserving.schema.VectorTypes;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds machine learning vectors, without needing Spark's machine learning library. */
final class VectorColumns {

  private VectorColumns() {}

  /** The same values with arrays of numbers in place of vectors, to any depth of structs. */
  static Column vectorsToArrays(Column data, DataType type) {
    if (VectorTypes.isVector(type)) {
      return VectorToArray.column(data);
    }
    if (type instanceof StructType struct && hasVector(struct)) {
      Column[] fields =
          Stream.of(struct.fields()).map(field -> converted(data, field)).toArray(Column[]::new);
      return when(data.isNotNull(), struct(fields));
    }
    return data;
  }

  private static Column converted(Column data, StructField field) {
    return vectorsToArrays(data.getField(field.name()), field.dataType()).as(field.name());
  }

  private static boolean hasVector(StructType struct) {
    return Stream.of(struct.fields())
        .map(StructField::dataType)
        .anyMatch(
            type ->
                VectorTypes.isVector(type)
                    || (type instanceof StructType inner && hasVector(inner)));
  }
}
