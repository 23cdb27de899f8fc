package io.sparkserving.format;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeExec;
import scala.runtime.BoxedUnit;

/**
 * Finds the shuffles of a real-time query, on both sides of which tasks run at the same time. Such
 * queries, which keep state by key, came with Spark 4.3.
 */
final class PipelinedShuffles {
  private PipelinedShuffles() {}

  static List<ShuffleExchangeExec> of(SparkPlan plan) {
    List<ShuffleExchangeExec> found = new ArrayList<>();
    plan.foreach(
        node -> {
          if (node instanceof ShuffleExchangeExec shuffle && isPipelined(shuffle)) {
            found.add(shuffle);
          }
          return BoxedUnit.UNIT;
        });
    return found;
  }

  private static boolean isPipelined(ShuffleExchangeExec shuffle) {
    try {
      return Boolean.TRUE.equals(shuffle.getClass().getMethod("pipelined").invoke(shuffle));
    } catch (ReflectiveOperationException e) {
      // An earlier Spark.
      return false;
    }
  }
}
