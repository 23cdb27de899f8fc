package io.sparkserving.query;

import io.sparkserving.driver.RepeatedReads;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.streaming.DataStreamWriter;

/**
 * Refuses plans that read a service more than once, with triggers whose readers go on. Spark
 * refuses them too, but cannot say what to do instead.
 */
final class UnbranchedPlan {
  /** Their classes are Spark's own, and the second is not there before Spark 4.1. */
  private static final Set<String> UNENDING_READERS =
      Set.of("ContinuousTrigger", "RealTimeTrigger");

  private UnbranchedPlan() {}

  /**
   * Looks at the plan and the trigger of a writer that is about to start.
   *
   * @throws UnsupportedOperationException if the plan reads a service more than once
   */
  static void check(DataStreamWriter<?> writer) {
    Object trigger = WriterFields.value(writer, "trigger");
    if (trigger != null
        && UNENDING_READERS.contains(trigger.getClass().getSimpleName())
        && WriterFields.value(writer, "ds") instanceof Dataset<?> rows) {
      RepeatedReads.check(rows.queryExecution().analyzed());
    }
  }
}
