package io.sparkserving.query;

import java.lang.reflect.Field;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.jspecify.annotations.Nullable;

/** What Spark's writer has been told, which it tells nobody. */
final class WriterFields {
  private WriterFields() {}

  /** The value of a field; null where this version of Spark does not let anyone look. */
  static @Nullable Object value(DataStreamWriter<?> writer, String name) {
    try {
      Field field = writer.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(writer);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }
}
