package io.sparkserving.continuous;

/** Tells whether this Spark has the real-time trigger, which came with Spark 4.1. */
final class RealTime {
  private static final String INTERFACE =
      "org.apache.spark.sql.connector.read.streaming.SupportsRealTimeMode";

  private RealTime() {}

  static boolean isSupported() {
    try {
      Class.forName(INTERFACE, false, RealTime.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
