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
 * Spark's query, but for {@code stop()}, which first lets the query finish what its services hold.
 * Spark itself cancels a query's tasks before it tells the source of the end.
 *
 * <p>Draining queries are proxies, as the methods of Spark's interface differ between Sparks. Two
 * of them are equal if their query is the same one; none is equal to Spark's own object, which
 * knows nothing of proxies.
 */
public final class DrainingQuery implements InvocationHandler {
  private final StreamingQuery query;

  private DrainingQuery(StreamingQuery query) {
    this.query = query;
  }

  /** Returns a query whose {@code stop()} drains it first. */
  static StreamingQuery wrap(StreamingQuery query) {
    return (StreamingQuery)
        Proxy.newProxyInstance(
            StreamingQuery.class.getClassLoader(),
            new Class<?>[] {StreamingQuery.class},
            new DrainingQuery(query));
  }

  /**
   * Returns Spark's own query behind one that {@link #wrap} has made, and any other query as it is.
   */
  public static StreamingQuery unwrap(StreamingQuery query) {
    return of(query).map(draining -> draining.query).orElse(query);
  }

  /**
   * Lets a query answer what its services hold, for as long as their options allow, and stops the
   * query. A thread that is interrupted stops the query without waiting for requests, and stays
   * interrupted.
   *
   * @throws TimeoutException as Spark's own {@code stop} does
   */
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
