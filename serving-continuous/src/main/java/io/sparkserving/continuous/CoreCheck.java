package io.sparkserving.continuous;

import io.sparkserving.driver.Consumer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the cores that readers hold for as long as they go on. A per-JVM singleton. */
final class CoreCheck {
  private static final Logger LOG = LoggerFactory.getLogger(CoreCheck.class);
  private static final Map<Consumer, Integer> HELD = new ConcurrentHashMap<>();

  private CoreCheck() {}

  /**
   * Warns, once for each query and number of readers, where readers leave no core to others.
   *
   * @return false if some of the readers will find no core
   */
  static boolean suffices(SparkContext spark, Consumer consumer, int readers) {
    Integer before = HELD.put(consumer, readers);
    int held = HELD.values().stream().mapToInt(Integer::intValue).sum();
    int cores = spark.defaultParallelism();
    if (held >= cores && (before == null || before != readers)) {
      LOG.warn(
          "Service '{}': the readers of continuous services hold {} of {} cores for as long as they"
              + " run, so that {}. Set numPartitions to fewer, or add cores.",
          consumer.configuration().name(),
          held,
          cores,
          held > cores ? "some will not start" : "no other query or job of this application runs");
    }
    return held <= cores;
  }

  static void forget(Consumer consumer) {
    HELD.remove(consumer);
  }
}
