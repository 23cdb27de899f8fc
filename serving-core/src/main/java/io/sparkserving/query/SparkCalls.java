package io.sparkserving.query;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The few calls on Spark's readers and writers whose erased signature differs between Spark 3.5 and
 * 4.x. Methods are looked up by name and parameters, which are the same in all versions.
 */
public final class SparkCalls {
  private SparkCalls() {}

  /**
   * Calls {@code target.options(options)}, of a stream reader or writer.
   *
   * @param type the class that declares the method
   */
  public static void options(Object target, Class<?> type, Map<String, String> options) {
    call(target, type, "options", Map.class, options);
  }

  private static void call(
      Object target, Class<?> type, String name, Class<?> parameter, Object argument) {
    try {
      Method method = type.getMethod(name, parameter);
      method.invoke(target, argument);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("Cannot set options of " + type.getSimpleName(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Unsupported version of Spark: no " + name + " in " + type, e);
    }
  }

  /**
   * Makes the real-time trigger.
   *
   * @param batchDuration how long a batch lasts, such as {@code 5 minutes}
   * @throws IllegalArgumentException for a duration that Spark does not take
   * @throws UnsupportedOperationException where Spark has no such trigger
   */
  public static Trigger realTime(String batchDuration) {
    try {
      return (Trigger)
          Trigger.class.getMethod("RealTime", String.class).invoke(null, batchDuration);
    } catch (NoSuchMethodException e) {
      throw new UnsupportedOperationException(
          "Unsupported trigger: real time needs Spark 4.1 or later, and this is Spark %s."
                  .formatted(SparkContext.getOrCreate().version())
              + " Use Trigger.Continuous instead.",
          e);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalArgumentException("Invalid batch duration " + batchDuration, e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("Unsupported version of Spark: no real-time trigger", e);
    }
  }
}
