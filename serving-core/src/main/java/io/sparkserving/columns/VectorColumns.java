package io.sparkserving.columns;

import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.transform_values;
import static org.apache.spark.sql.functions.when;

import io.sparkserving.schema.VectorTypes;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;

/** Finds machine learning vectors, without needing Spark's machine learning library. */
public final class VectorColumns {

  private VectorColumns() {}

  /**
   * The same values with arrays of numbers in place of vectors, to any depth of structs, arrays and
   * maps.
   */
  public static Column vectorsToArrays(Column data, DataType type) {
    if (VectorTypes.isVector(type)) {
      return VectorToArray.column(data);
    }
    if (!hasVector(type)) {
      return data;
    }
    if (type instanceof StructType struct) {
      Column[] fields =
          Stream.of(struct.fields()).map(field -> converted(data, field)).toArray(Column[]::new);
      return when(data.isNotNull(), struct(fields));
    }
    if (type instanceof ArrayType array) {
      Function1<Column, Column> each = element -> vectorsToArrays(element, array.elementType());
      return transform(data, each);
    }
    MapType map = (MapType) type;
    return transform_values(data, (key, value) -> vectorsToArrays(value, map.valueType()));
  }

  private static Column converted(Column data, StructField field) {
    return vectorsToArrays(data.getField(field.name()), field.dataType()).as(field.name());
  }

  private static boolean hasVector(DataType type) {
    if (type instanceof ArrayType array) {
      return hasVector(array.elementType());
    }
    if (type instanceof MapType map) {
      return hasVector(map.valueType());
    }
    return VectorTypes.isVector(type)
        || (type instanceof StructType struct
            && Stream.of(struct.fields()).anyMatch(field -> hasVector(field.dataType())));
  }
}
