package io.sparkserving.query;

import io.sparkserving.driver.ServiceRegistry;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.jspecify.annotations.Nullable;

/**
 * Spark's query, but for {@code stop()}, which first lets it finish what its services hold. Spark
 * itself cancels a query's tasks before it tells the source of the end. A proxy, as what the
 * interface asks for differs between Sparks. Two are equal if their query is the same one; neither
 * is equal to Spark's own object, which knows nothing of it.
 */
public final class DrainingQuery implements InvocationHandler {
  private final StreamingQuery query;

  private DrainingQuery(StreamingQuery query) {
    this.query = query;
  }

  static StreamingQuery wrap(StreamingQuery query) {
    return (StreamingQuery)
        Proxy.newProxyInstance(
            StreamingQuery.class.getClassLoader(),
            new Class<?>[] {StreamingQuery.class},
            new DrainingQuery(query));
  }

  /** Spark's own query behind one that {@link #wrap} has made; any other is given back as it is. */
  public static StreamingQuery unwrap(StreamingQuery query) {
    return of(query).map(draining -> draining.query).orElse(query);
  }

  /** Stops a query in good order. A thread that is interrupted does not wait for its requests. */
  public static void drainAndStop(StreamingQuery query) throws TimeoutException {
    boolean interrupted = false;
    try {
      ServiceRegistry.jvm().ofQuery(query.id().toString()).drain();
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      try {
        query.stop();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
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
        return arguments != null
            && of(arguments[0]).filter(other -> other.query.equals(query)).isPresent();
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

  private static Optional<DrainingQuery> of(@Nullable Object any) {
    return any != null
            && Proxy.isProxyClass(any.getClass())
            && Proxy.getInvocationHandler(any) instanceof DrainingQuery draining
        ? Optional.of(draining)
        : Optional.empty();
  }
}
