package io.sparkserving.functions.wire;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Writes structs: one vector for each field. */
final class StructWriter extends VectorWriter {
  private final VectorWriter[] fields;

  private StructWriter(VectorWriter[] fields) {
    this.fields = fields;
  }

  static StructWriter of(StructType type) {
    StructField[] fields = type.fields();
    VectorWriter[] writers = new VectorWriter[fields.length];
    for (int i = 0; i < fields.length; i++) {
      writers[i] = VectorWriter.of(fields[i].dataType());
    }
    return new StructWriter(writers);
  }

  @Override
  void writeValues(FrameOutput out, @Nullable Object[] values, int count) {
    writeFields(out, values, count, new Object[count]);
  }

  /**
   * Writes the fields of so many rows.
   *
   * @param column memory for the values of one field
   */
  void writeFields(
      FrameOutput out, @Nullable Object[] values, int count, @Nullable Object[] column) {
    for (int field = 0; field < fields.length; field++) {
      for (int i = 0; i < count; i++) {
        Object value = values[i];
        column[i] = value == null ? null : ((Row) value).get(field);
      }
      fields[field].write(out, column, count);
    }
  }
}
