package io.sparkserving.continuous;

/** Whether this Spark has the real-time trigger, as it does from 4.1 on. */
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
