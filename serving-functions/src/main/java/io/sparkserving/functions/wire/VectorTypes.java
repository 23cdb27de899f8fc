package io.sparkserving.functions.wire;

import org.apache.spark.sql.types.DataType;

/** Which types functions may take and return. */
public final class VectorTypes {
  private VectorTypes() {}

  /**
   * Checks that values of a type travel to functions and back.
   *
   * @param what names what has the type, in the message
   * @throws IllegalArgumentException if they do not
   */
  public static void require(String what, DataType type) {
    try {
      VectorWriter unused = VectorWriter.of(type);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Unsupported type of " + what + ", " + type.catalogString() + ": " + e.getMessage(), e);
    }
  }

  static IllegalArgumentException unsupported(DataType type) {
    return new IllegalArgumentException(
        "Unsupported type " + type.catalogString() + ", functions neither take nor return it");
  }
}
