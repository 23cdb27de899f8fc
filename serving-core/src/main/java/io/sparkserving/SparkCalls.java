package io.sparkserving;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;

/**
 * The few calls on Spark's readers and writers whose erased signature differs between Spark 3.5 and
 * 4.x. They are looked up by name and parameters, which are the same in all.
 */
final class SparkCalls {
  private SparkCalls() {}

  /** Calls {@code target.options(options)}, of a stream reader or writer. */
  static void options(Object target, Class<?> type, Map<String, String> options) {
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
}
