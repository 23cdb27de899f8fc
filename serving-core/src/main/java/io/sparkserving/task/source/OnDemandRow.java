package io.sparkserving.task.source;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.BinaryView;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.unsafe.types.VariantVal;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * A row, immutable for whoever reads it, that makes each value when the value is asked for, so that
 * a query pays for the fields that it reads and no others. One thread at a time uses a row.
 */
@NullUnmarked // A null value is Spark's to ask for, with isNullAt.
abstract class OnDemandRow extends InternalRow {
  private static final int NONE = -1;

  private transient int lastOrdinal = NONE;
  private transient @Nullable Object lastValue;

  /** Makes a value in Spark's internal form, or null. */
  abstract @Nullable Object value(int ordinal);

  /** Makes a value once for whoever asks first whether it is null. */
  private @Nullable Object lastOrNew(int ordinal) {
    if (ordinal != lastOrdinal) {
      lastValue = value(ordinal);
      lastOrdinal = ordinal;
    }
    return lastValue;
  }

  @SuppressWarnings("unchecked")
  private <T> T cast(int ordinal) {
    return (T) lastOrNew(ordinal);
  }

  @Override
  public boolean isNullAt(int ordinal) {
    return lastOrNew(ordinal) == null;
  }

  @Override
  public Object get(int ordinal, DataType dataType) {
    return cast(ordinal);
  }

  @Override
  public boolean getBoolean(int ordinal) {
    return this.<Boolean>cast(ordinal);
  }

  @Override
  public byte getByte(int ordinal) {
    return this.<Byte>cast(ordinal);
  }

  @Override
  public short getShort(int ordinal) {
    return this.<Short>cast(ordinal);
  }

  @Override
  public int getInt(int ordinal) {
    return this.<Integer>cast(ordinal);
  }

  @Override
  public long getLong(int ordinal) {
    return this.<Long>cast(ordinal);
  }

  @Override
  public float getFloat(int ordinal) {
    return this.<Float>cast(ordinal);
  }

  @Override
  public double getDouble(int ordinal) {
    return this.<Double>cast(ordinal);
  }

  @Override
  public Decimal getDecimal(int ordinal, int precision, int scale) {
    return cast(ordinal);
  }

  @Override
  public UTF8String getUTF8String(int ordinal) {
    return cast(ordinal);
  }

  @Override
  public byte[] getBinary(int ordinal) {
    return cast(ordinal);
  }

  @Override
  public BinaryView getBinaryView(int ordinal) {
    return cast(ordinal);
  }

  @Override
  public CalendarInterval getInterval(int ordinal) {
    return cast(ordinal);
  }

  @Override
  public VariantVal getVariant(int ordinal) {
    return cast(ordinal);
  }

  @Override
  public InternalRow getStruct(int ordinal, int numFields) {
    return cast(ordinal);
  }

  @Override
  public ArrayData getArray(int ordinal) {
    return cast(ordinal);
  }

  @Override
  public MapData getMap(int ordinal) {
    return cast(ordinal);
  }

  @Override
  public InternalRow copy() {
    return this;
  }

  @Override
  public void setNullAt(int ordinal) {
    throw immutable();
  }

  @Override
  public void update(int ordinal, Object value) {
    throw immutable();
  }

  private static UnsupportedOperationException immutable() {
    return new UnsupportedOperationException("Cannot change a request row");
  }
}
