package io.sparkserving.query;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Spark's {@link StreamingQuery} over all runs of a query that is started again when it fails. The
 * query is active until it is stopped or given up, whoever waits for its end waits until then, and
 * {@code stop()} first lets the query finish what its services hold. Everything else is that of the
 * run that goes on, or went on last.
 *
 * <p>Lasting queries are proxies, as the methods of Spark's interface differ between Sparks. Two of
 * them are equal if they are of one start; none is equal to Spark's own object, which knows nothing
 * of proxies. All threads may call all methods.
 */
public final class LastingQuery implements InvocationHandler {
  private final Supervision supervision;

  private LastingQuery(Supervision supervision) {
    this.supervision = supervision;
  }

  /** Returns the query that is supervised, as Spark's own type. */
  static StreamingQuery of(Supervision supervision) {
    return (StreamingQuery)
        Proxy.newProxyInstance(
            StreamingQuery.class.getClassLoader(),
            new Class<?>[] {StreamingQuery.class},
            new LastingQuery(supervision));
  }

  /**
   * Returns Spark's own object for the run of a lasting query that goes on, or went on last, and
   * any other query as it is.
   */
  public static StreamingQuery unwrap(StreamingQuery query) {
    return find(query).map(lasting -> lasting.supervision.query()).orElse(query);
  }

  /**
   * Drains and stops a query, a lasting one for good.
   *
   * @throws TimeoutException as Spark's own {@code stop} does
   */
  public static void stop(StreamingQuery query) throws TimeoutException {
    Optional<LastingQuery> lasting = find(query);
    if (lasting.isPresent()) {
      lasting.get().supervision.stop();
    } else {
      QueryStop.drainAndStop(query);
    }
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    switch (method.getName()) {
      case "stop" -> {
        supervision.stop();
        return null;
      }
      case "isActive" -> {
        return supervision.isActive();
      }
      case "exception" -> {
        return Option.apply(supervision.exception().orElse(null));
      }
      case "awaitTermination" -> {
        return arguments == null ? awaitTermination() : awaitTermination((long) arguments[0]);
      }
      case "equals" -> {
        return arguments != null
            && find(arguments[0]).filter(other -> other.supervision == supervision).isPresent();
      }
      case "hashCode" -> {
        return supervision.hashCode();
      }
      default -> {
        try {
          return method.invoke(supervision.query(), arguments);
        } catch (InvocationTargetException e) {
          throw e.getTargetException();
        }
      }
    }
  }

  private @Nullable Object awaitTermination() throws InterruptedException, StreamingQueryException {
    boolean ended = false;
    while (!ended) {
      ended = awaitTermination(TimeUnit.HOURS.toMillis(1));
    }
    return null;
  }

  private boolean awaitTermination(long timeoutMillis)
      throws InterruptedException, StreamingQueryException {
    if (timeoutMillis <= 0) {
      throw new IllegalArgumentException(
          "Invalid time-out %d: expected more than 0 ms.".formatted(timeoutMillis));
    }
    boolean ended = supervision.awaitEnd(timeoutMillis);
    Optional<StreamingQueryException> failure = supervision.exception();
    if (failure.isPresent()) {
      throw failure.get();
    }
    if (supervision.isGivenUp()) {
      throw new IllegalStateException(
          "Cannot go on with query %s: its supervisor has failed."
              .formatted(supervision.query().id()),
          supervision.lastFailure().orElse(null));
    }
    return ended;
  }

  private static Optional<LastingQuery> find(@Nullable Object any) {
    return any != null
            && Proxy.isProxyClass(any.getClass())
            && Proxy.getInvocationHandler(any) instanceof LastingQuery lasting
        ? Optional.of(lasting)
        : Optional.empty();
  }
}
