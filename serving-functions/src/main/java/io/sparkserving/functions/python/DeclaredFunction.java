package io.sparkserving.functions.python;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A function on the driver, and the queries that use it. All threads may call all methods. */
final class DeclaredFunction {
  private final WeakReference<PythonFunction> function;
  private final Predicate<String> isActive;

  /** Of the queries that were started by way of this library, whether each goes on. */
  @GuardedBy("this")
  private final List<BooleanSupplier> active = new ArrayList<>();

  @GuardedBy("this")
  private boolean isStarting;

  @GuardedBy("this")
  private boolean wasUsed;

  /**
   * @param isActive whether a query, by Spark's id, goes on
   */
  DeclaredFunction(PythonFunction function, Predicate<String> isActive) {
    this.function = new WeakReference<>(function);
    this.isActive = isActive;
  }

  /** Whether nothing has the function any more. */
  boolean isForgotten() {
    return function.refersTo(null);
  }

  /** Returns the function, with which a query is about to start. */
  synchronized @Nullable PythonFunction starting() {
    isStarting = true;
    return function.get();
  }

  /** Notes a query that has started. */
  synchronized void started(BooleanSupplier query) {
    isStarting = false;
    wasUsed = true;
    active.add(query);
  }

  /**
   * Says whether a query uses the function.
   *
   * @param queries ids of queries whose tasks have used it
   */
  FunctionUse use(List<String> queries) {
    boolean hasEnded;
    synchronized (this) {
      active.removeIf(query -> !query.getAsBoolean());
      if (!active.isEmpty()) {
        return FunctionUse.ACTIVE;
      }
      hasEnded = !isStarting && (wasUsed || !queries.isEmpty());
    }
    if (queries.stream().anyMatch(isActive)) {
      return FunctionUse.ACTIVE;
    }
    return hasEnded ? FunctionUse.ENDED : FunctionUse.UNKNOWN;
  }
}
