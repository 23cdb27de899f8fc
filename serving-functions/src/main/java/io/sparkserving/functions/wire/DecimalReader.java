package io.sparkserving.functions.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads decimals of one scale: their unscaled values in sixteen bytes each. */
final class DecimalReader extends VectorReader {
  private final int scale;

  DecimalReader(int scale) {
    this.scale = scale;
  }

  @Override
  @Nullable Object[] readValues(ByteBuffer in, int count) {
    require(in, count, DecimalWriter.BYTES);
    @Nullable Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      long low = in.getLong();
      long high = in.getLong();
      values[i] =
          high == low >> (Long.SIZE - 1)
              ? BigDecimal.valueOf(low, scale)
              : new BigDecimal(wide(high, low), scale);
    }
    return values;
  }

  private static BigInteger wide(long high, long low) {
    byte[] bytes = ByteBuffer.allocate(DecimalWriter.BYTES).putLong(high).putLong(low).array();
    return new BigInteger(bytes);
  }
}
