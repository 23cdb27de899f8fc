package io.sparkserving.functions.python;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/** A pickled function, on its way to executors by itself or as a broadcast, where it is large. */
public final class PythonCommand implements Serializable {
  private static final long serialVersionUID = 1;

  private final byte @Nullable [] bytes;
  private final @Nullable Broadcast<byte[]> broadcast;

  private PythonCommand(byte @Nullable [] bytes, @Nullable Broadcast<byte[]> broadcast) {
    this.bytes = bytes;
    this.broadcast = broadcast;
  }

  /** Makes a command of the pickle itself, which nobody is to change. */
  public static PythonCommand of(byte[] bytes) {
    return new PythonCommand(bytes, null);
  }

  /** Makes a command of a broadcast of the pickle. */
  public static PythonCommand of(Broadcast<byte[]> broadcast) {
    return new PythonCommand(null, broadcast);
  }

  /** The pickle. */
  byte[] bytes() {
    if (bytes != null) {
      return bytes;
    } else if (broadcast != null) {
      return broadcast.value();
    }
    throw new IllegalStateException("Missing bytes of a command");
  }
}
