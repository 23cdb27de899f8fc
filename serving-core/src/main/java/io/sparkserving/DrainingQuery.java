package io.sparkserving;

import io.sparkserving.service.ServiceRegistry;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.jspecify.annotations.Nullable;

/**
 * Spark's query, but for {@code stop()}, which first lets it finish what its services hold. Spark
 * itself cancels a query's tasks before it tells the source of the end. A proxy, as what the
 * interface asks for differs between Sparks.
 */
final class DrainingQuery implements InvocationHandler {
  private final StreamingQuery query;

  private DrainingQuery(StreamingQuery query) {
    this.query = query;
  }

  static StreamingQuery of(StreamingQuery query) {
    return (StreamingQuery)
        Proxy.newProxyInstance(
            StreamingQuery.class.getClassLoader(),
            new Class<?>[] {StreamingQuery.class},
            new DrainingQuery(query));
  }

  /** Stops a query in good order. A thread that is interrupted does not wait for its requests. */
  static void drainAndStop(StreamingQuery query) throws TimeoutException {
    boolean interrupted = false;
    try {
      ServiceRegistry.jvm().drain(query.id().toString());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    query.stop();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    switch (method.getName()) {
      case "stop" -> {
        drainAndStop(query);
        return null;
      }
      case "equals" -> {
        return arguments != null && query.equals(unwrap(arguments[0]));
      }
      default -> {
        try {
          return method.invoke(query, arguments);
        } catch (InvocationTargetException e) {
          throw e.getTargetException();
        }
      }
    }
  }

  private static @Nullable Object unwrap(@Nullable Object other) {
    if (other != null
        && Proxy.isProxyClass(other.getClass())
        && Proxy.getInvocationHandler(other) instanceof DrainingQuery draining) {
      return draining.query;
    }
    return other;
  }
}
