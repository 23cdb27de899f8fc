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

/** Which reader reads values of which type. */
final class ReaderChoice {
  private final boolean java8Time;

  ReaderChoice(boolean java8Time) {
    this.java8Time = java8Time;
  }

  VectorReader of(DataType type) {
    if (type instanceof DecimalType decimal) {
      return new DecimalReader(decimal.scale());
    } else if (type instanceof StringType
        || type instanceof CharType
        || type instanceof VarcharType) {
      return new BytesReaders.Texts();
    } else if (type instanceof BinaryType) {
      return new BytesReaders.Binaries();
    } else if (type instanceof ArrayType array) {
      return new ArrayReader(of(array.elementType()));
    } else if (type instanceof MapType map) {
      return new MapReader(of(map.keyType()), of(map.valueType()));
    } else if (type instanceof StructType struct) {
      return StructReader.of(struct, this);
    } else if (type instanceof NullType) {
      return new NumberReaders.Nothing();
    }
    VectorReader number = ofNumber(type);
    VectorReader writer = number == null ? ofTime(type) : number;
    if (writer == null) {
      throw VectorTypes.unsupported(type);
    }
    return writer;
  }

  private static @Nullable VectorReader ofNumber(DataType type) {
    if (type instanceof BooleanType) {
      return new NumberReaders.Booleans();
    } else if (type instanceof ByteType) {
      return new NumberReaders.Bytes();
    } else if (type instanceof ShortType) {
      return new NumberReaders.Shorts();
    } else if (type instanceof IntegerType) {
      return new NumberReaders.Integers();
    } else if (type instanceof LongType) {
      return new NumberReaders.Longs();
    } else if (type instanceof FloatType) {
      return new NumberReaders.Floats();
    }
    return type instanceof DoubleType ? new NumberReaders.Doubles() : null;
  }

  private @Nullable VectorReader ofTime(DataType type) {
    if (type instanceof DateType) {
      return java8Time ? new TimeReaders.LocalDates() : new TimeReaders.SqlDates();
    } else if (type instanceof TimestampType) {
      return java8Time ? new TimeReaders.Instants() : new TimeReaders.SqlTimestamps();
    } else if (type instanceof TimestampNTZType) {
      return new TimeReaders.LocalTimestamps();
    } else if (type instanceof DayTimeIntervalType) {
      return new TimeReaders.DayTimes();
    }
    return type instanceof YearMonthIntervalType ? new TimeReaders.YearMonths() : null;
  }
}
