package io.sparkserving.driver.cluster;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;

/**
 * The hosts of executors, as their block managers have told the driver. An executor's block manager
 * is known before the executor gets its first task, where Spark's listeners may hear of it later.
 */
final class BlockManagers {
  private static final String DRIVER = "driver";

  private BlockManagers() {}

  /**
   * Asks for the host of an executor that runs tasks, on a thread of its own, as Spark may wait.
   */
  static CompletableFuture<Optional<String>> hostOf(SparkContext spark, String executorId) {
    if (executorId.equals(DRIVER) && !spark.isLocal()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return CompletableFuture.supplyAsync(
        () -> find(executorId),
        question -> {
          Thread thread = new Thread(question, "spark-serving-executors");
          thread.setDaemon(true);
          thread.start();
        });
  }

  /** Scala's map has another class in each version of Scala; its calls are looked up by name. */
  private static Optional<String> find(String executorId) {
    Object master = SparkEnv.get().blockManager().master();
    try {
      Object status = master.getClass().getMethod("getMemoryStatus").invoke(master);
      Object ids = status.getClass().getMethod("keysIterator").invoke(status);
      scala.collection.Iterator<?> each = (scala.collection.Iterator<?>) ids;
      while (each.hasNext()) {
        BlockManagerId id = (BlockManagerId) each.next();
        if (id.executorId().equals(executorId)) {
          return Optional.of(id.host());
        }
      }
      return Optional.empty();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("Cannot ask Spark for its block managers", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Unsupported version of Spark: no block managers", e);
    }
  }
}
