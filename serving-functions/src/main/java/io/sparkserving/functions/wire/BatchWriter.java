package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Writes batches of a function's arguments as frames. For one thread at a time. */
public final class BatchWriter {
  private final StructWriter arguments;
  private final FrameOutput out;

  private @Nullable Object[] values = new Object[64];
  private @Nullable Object[] column = new Object[64];

  /**
   * Makes the writer of a function's arguments.
   *
   * @param mostBytes of one frame
   */
  public BatchWriter(StructType arguments, int mostBytes) {
    this.arguments = StructWriter.of(arguments);
    this.out = new FrameOutput(mostBytes);
  }

  /**
   * Returns a batch as a frame, valid until the next call.
   *
   * @throws FrameTooLargeException if the batch does not fit into one
   */
  public ByteBuffer frame(List<Row> rows) {
    int count = rows.size();
    out.begin(Frames.BATCH);
    out.room(Long.BYTES).putInt(count).putInt(0);
    if (count > values.length) {
      values = new Object[2 * count];
      column = new Object[2 * count];
    }
    rows.toArray(values);
    try {
      arguments.writeFields(out, values, count, column);
      return out.end();
    } finally {
      // The rows are the caller's to keep: those of a large batch are not held on to.
      Arrays.fill(values, 0, count, null);
      Arrays.fill(column, 0, count, null);
    }
  }
}
