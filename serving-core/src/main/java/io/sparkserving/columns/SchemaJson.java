package io.sparkserving.columns;

import java.io.Serializable;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.jspecify.annotations.Nullable;

/** Keeps the last schema that a function was given as JSON. All threads may use an object. */
final class SchemaJson implements Serializable {
  private static final long serialVersionUID = 1L;

  private record Parsed(String json, DataType type) {}

  private transient volatile @Nullable Parsed last;

  DataType parsed(String json) {
    Parsed parsed = last;
    if (parsed == null || !parsed.json().equals(json)) {
      parsed = new Parsed(json, DataType.fromJson(json));
      last = parsed;
    }
    return parsed.type();
  }

  /** Whether a type has a decimal, to any depth. */
  static boolean hasDecimal(DataType type) {
    if (type instanceof UserDefinedType<?> own) {
      return hasDecimal(own.sqlType());
    }
    if (type instanceof ArrayType array) {
      return hasDecimal(array.elementType());
    }
    if (type instanceof MapType map) {
      return hasDecimal(map.valueType());
    }
    if (type instanceof StructType struct) {
      for (var field : struct.fields()) {
        if (hasDecimal(field.dataType())) {
          return true;
        }
      }
    }
    return type instanceof DecimalType;
  }
}
