package io.sparkserving.functions.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import org.apache.spark.sql.types.Decimal;
import org.jspecify.annotations.Nullable;

/** Writes decimals of one scale: their unscaled values in sixteen bytes each. */
final class DecimalWriter extends VectorWriter {
  static final int BYTES = 16;
  private static final int LONG_BITS = 63;

  private final int scale;

  DecimalWriter(int scale) {
    this.scale = scale;
  }

  @Override
  void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
    ByteBuffer buffer = out.room((long) count * BYTES);
    for (int i = 0; i < count; i++) {
      Object value = values[i];
      if (value == null) {
        buffer.putLong(0).putLong(0);
      } else {
        write(buffer, java(value).setScale(scale, RoundingMode.HALF_UP).unscaledValue());
      }
    }
  }

  private static void write(ByteBuffer buffer, BigInteger unscaled) {
    long low = unscaled.longValue();
    boolean isLong = unscaled.bitLength() <= LONG_BITS;
    long high = isLong ? low >> LONG_BITS : unscaled.shiftRight(Long.SIZE).longValue();
    buffer.putLong(low).putLong(high);
  }

  private static BigDecimal java(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal;
    } else if (value instanceof Decimal decimal) {
      return decimal.toJavaBigDecimal();
    } else if (value instanceof scala.math.BigDecimal decimal) {
      return decimal.bigDecimal();
    }
    return new BigDecimal((BigInteger) value);
  }
}
