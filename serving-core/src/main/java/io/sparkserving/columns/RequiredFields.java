package io.sparkserving.columns;

import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Finds the nulls in a parsed body. The expressions are SQL text because the lambdas of {@code
 * forall} are Scala functions in Spark's API, which differ between Scala versions.
 */
final class RequiredFields {

  private RequiredFields() {}

  /** A boolean column: whether nothing in a value, given as SQL, is null, to any depth. */
  static Column complete(String value, DataType type) {
    return expr(completeSql(value, type));
  }

  /** The same in SQL. */
  static String completeSql(String value, DataType type) {
    return complete(value, type, 0);
  }

  /**
   * A string column with the paths in a value, given as SQL, that are null, with commas between
   * them. All nulls in an array or map have one path, such as {@code items[*]}.
   */
  static Column missing(String value, DataType type) {
    List<Column> paths = new ArrayList<>();
    addMissing(paths, value, "", type);
    return concat_ws(", ", paths.toArray(Column[]::new));
  }

  private static void addMissing(List<Column> paths, String value, String path, DataType type) {
    if (type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        String inner = fieldOf(value, field);
        String innerPath = path.isEmpty() ? field.name() : path + "." + field.name();
        String isMissing = value + " IS NOT NULL AND " + inner + " IS NULL";
        paths.add(when(expr(isMissing), lit(innerPath)));
        addMissing(paths, inner, innerPath, field.dataType());
      }
    } else if (type instanceof ArrayType || type instanceof MapType) {
      String isMissing = value + " IS NOT NULL AND NOT (" + complete(value, type, 0) + ")";
      paths.add(when(expr(isMissing), lit(path + "[*]")));
    }
  }

  private static String complete(String value, DataType type, int depth) {
    String present = value + " IS NOT NULL";
    if (type instanceof StructType struct) {
      return Stream.concat(
              Stream.of(present),
              Stream.of(struct.fields())
                  .map(field -> complete(fieldOf(value, field), field.dataType(), depth)))
          .collect(Collectors.joining(" AND "));
    }
    if (type instanceof ArrayType array) {
      return present + " AND " + allComplete(value, array.elementType(), depth);
    }
    if (type instanceof MapType map) {
      return present + " AND " + allComplete("map_values(" + value + ")", map.valueType(), depth);
    }
    return present;
  }

  private static String allComplete(String values, DataType type, int depth) {
    String element = "element" + depth;
    return "forall(%s, %s -> %s)".formatted(values, element, complete(element, type, depth + 1));
  }

  private static String fieldOf(String struct, StructField field) {
    return struct + "." + SqlNames.quoted(field.name());
  }
}
