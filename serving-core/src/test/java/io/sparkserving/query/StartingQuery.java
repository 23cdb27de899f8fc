package io.sparkserving.query;

import io.sparkserving.exchange.NanoClock;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryStatus;
import org.jspecify.annotations.Nullable;

/** A query that gets no further than its start; who waits for its end sleeps on a given clock. */
final class StartingQuery implements InvocationHandler {
  private final UUID id = UUID.randomUUID();
  private final NanoClock clock;
  private boolean stopped;

  StartingQuery(NanoClock clock) {
    this.clock = clock;
  }

  StreamingQuery asQuery() {
    return (StreamingQuery)
        Proxy.newProxyInstance(
            StreamingQuery.class.getClassLoader(), new Class<?>[] {StreamingQuery.class}, this);
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws InterruptedException {
    return switch (method.getName()) {
      case "id" -> id;
      case "isActive" -> !stopped;
      case "status" -> new StreamingQueryStatus("Initializing sources", false, false);
      case "awaitTermination" -> {
        clock.sleep(TimeUnit.MILLISECONDS.toNanos((long) Objects.requireNonNull(arguments)[0]));
        yield stopped;
      }
      case "stop" -> {
        stopped = true;
        yield null;
      }
      case "toString" -> "a query that is starting";
      case "hashCode" -> id.hashCode();
      default -> throw new UnsupportedOperationException(method.getName());
    };
  }
}
