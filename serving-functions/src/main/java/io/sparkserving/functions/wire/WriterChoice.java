package io.sparkserving.functions.wire;

import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.VarcharType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.jspecify.annotations.Nullable;

/** Which writer writes values of which type. */
final class WriterChoice {
  private WriterChoice() {}

  static VectorWriter of(DataType type) {
    if (type instanceof DecimalType decimal) {
      return new DecimalWriter(decimal.scale());
    } else if (type instanceof StringType
        || type instanceof CharType
        || type instanceof VarcharType) {
      return new BytesWriters.Texts();
    } else if (type instanceof BinaryType) {
      return new BytesWriters.Binaries();
    } else if (type instanceof ArrayType array) {
      return new ArrayWriter(of(array.elementType()));
    } else if (type instanceof MapType map) {
      return new MapWriter(of(map.keyType()), of(map.valueType()));
    } else if (type instanceof StructType struct) {
      return StructWriter.of(struct);
    } else if (type instanceof NullType) {
      return new NumberWriters.Nothing();
    }
    VectorWriter number = ofNumber(type);
    VectorWriter writer = number == null ? ofTime(type) : number;
    if (writer == null) {
      throw VectorTypes.unsupported(type);
    }
    return writer;
  }

  private static @Nullable VectorWriter ofNumber(DataType type) {
    if (type instanceof BooleanType) {
      return new NumberWriters.Booleans();
    } else if (type instanceof ByteType) {
      return new NumberWriters.Bytes();
    } else if (type instanceof ShortType) {
      return new NumberWriters.Shorts();
    } else if (type instanceof IntegerType) {
      return new NumberWriters.Integers();
    } else if (type instanceof LongType) {
      return new NumberWriters.Longs();
    } else if (type instanceof FloatType) {
      return new NumberWriters.Floats();
    }
    return type instanceof DoubleType ? new NumberWriters.Doubles() : null;
  }

  private static @Nullable VectorWriter ofTime(DataType type) {
    if (type instanceof DateType) {
      return new TimeWriters.Dates();
    } else if (type instanceof TimestampType) {
      return new TimeWriters.Timestamps();
    } else if (type instanceof TimestampNTZType) {
      return new TimeWriters.LocalTimestamps();
    } else if (type instanceof DayTimeIntervalType) {
      return new TimeWriters.DayTimes();
    }
    return type instanceof YearMonthIntervalType ? new TimeWriters.YearMonths() : null;
  }
}
