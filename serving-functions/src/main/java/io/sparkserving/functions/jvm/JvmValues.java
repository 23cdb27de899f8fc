package io.sparkserving.functions.jvm;

import java.io.Serializable;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * What functions may return for a type, and how Spark takes it. Spark fails a task for a value of
 * the wrong class, so classes are looked at before.
 */
sealed interface JvmValues extends Serializable {
  /**
   * Returns a value as Spark takes it.
   *
   * @throws IllegalArgumentException if the value is of a class that does not fit
   */
  @Nullable Object toSpark(@Nullable Object value);

  /**
   * Returns what fits a type.
   *
   * @param usesJavaTime whether Spark takes dates and times of {@code java.time}
   * @throws IllegalArgumentException for a type that functions cannot return
   */
  static JvmValues of(DataType type, boolean usesJavaTime) {
    if (type instanceof ArrayType array) {
      return new Array(of(array.elementType(), usesJavaTime));
    }
    if (type instanceof MapType map) {
      return new Pairs(of(map.keyType(), usesJavaTime), of(map.valueType(), usesJavaTime));
    }
    if (type instanceof StructType struct) {
      return new Struct(
          Stream.of(struct.fields())
              .map(field -> of(field.dataType(), usesJavaTime))
              .toArray(JvmValues[]::new));
    }
    return new Single(type.simpleString(), plain(type, usesJavaTime));
  }

  private static Class<?> plain(DataType type, boolean usesJavaTime) {
    if (type instanceof DateType) {
      return usesJavaTime ? java.time.LocalDate.class : java.sql.Date.class;
    }
    if (type instanceof TimestampType) {
      return usesJavaTime ? java.time.Instant.class : java.sql.Timestamp.class;
    }
    Class<?> plain = plain(type);
    if (plain == null) {
      throw new IllegalArgumentException(
          "Unsupported type "
              + type.simpleString()
              + " of a function: expected one of numbers, text, bytes, dates and times, or arrays,"
              + " maps and structs of them");
    }
    return plain;
  }

  private static @Nullable Class<?> plain(DataType type) {
    Map<Class<? extends DataType>, Class<?>> classes = new LinkedHashMap<>();
    classes.put(BooleanType.class, Boolean.class);
    classes.put(ByteType.class, Byte.class);
    classes.put(ShortType.class, Short.class);
    classes.put(IntegerType.class, Integer.class);
    classes.put(LongType.class, Long.class);
    classes.put(FloatType.class, Float.class);
    classes.put(DoubleType.class, Double.class);
    classes.put(StringType.class, String.class);
    classes.put(BinaryType.class, byte[].class);
    classes.put(DecimalType.class, java.math.BigDecimal.class);
    classes.put(TimestampNTZType.class, java.time.LocalDateTime.class);
    classes.put(DayTimeIntervalType.class, java.time.Duration.class);
    classes.put(YearMonthIntervalType.class, java.time.Period.class);
    return classes.entrySet().stream()
        .filter(entry -> entry.getKey().isInstance(type))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static IllegalArgumentException invalid(Object value, String expected) {
    return new IllegalArgumentException(
        "Invalid value of the class " + value.getClass().getName() + ": expected " + expected);
  }

  /** A value that is none of several. */
  record Single(String type, Class<?> expected) implements JvmValues {
    @Override
    public @Nullable Object toSpark(@Nullable Object value) {
      if (value == null || expected.isInstance(value)) {
        return value;
      }
      throw invalid(value, expected.getName() + ", for " + type);
    }
  }

  /** An array. */
  record Array(JvmValues element) implements JvmValues {
    @Override
    public @Nullable Object toSpark(@Nullable Object value) {
      if (value == null) {
        return null;
      }
      if (value instanceof Collection<?> all) {
        return all.stream().map(element::toSpark).toArray();
      }
      if (value instanceof Object[] all) {
        return Stream.of(all).map(element::toSpark).toArray();
      }
      throw invalid(value, "java.util.List");
    }
  }

  /** A map. */
  record Pairs(JvmValues key, JvmValues mapped) implements JvmValues {
    @Override
    public @Nullable Object toSpark(@Nullable Object value) {
      if (value == null) {
        return null;
      }
      if (value instanceof Map<?, ?> map) {
        Map<Object, Object> converted = new LinkedHashMap<>();
        map.forEach((from, to) -> converted.put(key.toSpark(from), mapped.toSpark(to)));
        return JavaConverters.mapAsScalaMap(converted);
      }
      throw invalid(value, "java.util.Map");
    }
  }

  /** A struct. */
  record Struct(JvmValues[] fields) implements JvmValues {
    @Override
    public @Nullable Object toSpark(@Nullable Object value) {
      if (value == null) {
        return null;
      }
      if (value instanceof Row row && row.size() == fields.length) {
        Object[] converted = new Object[fields.length];
        for (int i = 0; i < fields.length; i++) {
          converted[i] = fields[i].toSpark(row.get(i));
        }
        return RowFactory.create(converted);
      }
      throw invalid(value, "a Row of " + fields.length + " fields");
    }
  }
}
