package io.sparkserving.functions.wire;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * Turns arrays and maps of Spark's rows into Java's and back. The methods of Scala that are called
 * here have the same descriptors in Scala 2.12 and 2.13, as {@code scala.jdk} has not.
 */
@SuppressWarnings("deprecation")
final class SparkValues {
  private SparkValues() {}

  /** Views the elements of an array. */
  static List<?> list(Object array) {
    if (array instanceof scala.collection.Seq<?> seq) {
      return JavaConverters.seqAsJavaList(seq);
    } else if (array instanceof List<?> list) {
      return list;
    } else if (array instanceof Object[] objects) {
      return Arrays.asList(objects);
    }
    return boxed(array);
  }

  private static List<?> boxed(Object array) {
    int length = Array.getLength(array);
    List<Object> list = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      list.add(Array.get(array, i));
    }
    return list;
  }

  /** Views the entries of a map. */
  static Map<?, ?> map(Object map) {
    return map instanceof scala.collection.Map<?, ?> scalaMap
        ? JavaConverters.mapAsJavaMap(scalaMap)
        : (Map<?, ?>) map;
  }

  /** Makes an array for a row; it holds on to the elements. */
  static Object array(@Nullable Object... elements) {
    return JavaConverters.asScalaBuffer(Arrays.asList(elements));
  }

  /** Makes a map for a row; it holds on to the entries. */
  static Object mapOf(Map<@Nullable Object, @Nullable Object> entries) {
    return JavaConverters.mapAsScalaMap(entries);
  }
}
