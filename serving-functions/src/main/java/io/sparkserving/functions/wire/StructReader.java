package io.sparkserving.functions.wire;

import java.nio.ByteBuffer;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Reads structs: one vector for each field. */
final class StructReader extends VectorReader {
  private final StructType type;
  private final VectorReader[] fields;

  private StructReader(StructType type, VectorReader[] fields) {
    this.type = type;
    this.fields = fields;
  }

  static StructReader of(StructType type, ReaderChoice choice) {
    StructField[] fields = type.fields();
    VectorReader[] readers = new VectorReader[fields.length];
    for (int i = 0; i < fields.length; i++) {
      readers[i] = choice.of(fields[i].dataType());
    }
    return new StructReader(type, readers);
  }

  @Override
  @Nullable Object[] readValues(ByteBuffer in, int count) {
    @Nullable Object[][] rows = new Object[count][fields.length];
    for (int field = 0; field < fields.length; field++) {
      @Nullable Object[] column = fields[field].read(in, count);
      for (int i = 0; i < count; i++) {
        rows[i][field] = column[i];
      }
    }
    @Nullable Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      values[i] = new GenericRowWithSchema(rows[i], type);
    }
    return values;
  }
}
