package io.sparkserving.format;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import scala.runtime.BoxedUnit;

/**
 * Tells whether a plan reads a stream of requests more than once: Spark makes one stream of one
 * loaded table, and a scan of each use. What an exchange reads that is used twice is read once.
 */
final class StreamReads {
  private final Set<RequestStream> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean repeated;

  private StreamReads() {}

  static boolean areRepeated(SparkPlan plan) {
    StreamReads reads = new StreamReads();
    reads.look(plan);
    return reads.repeated;
  }

  private void look(SparkPlan plan) {
    plan.foreach(
        node -> {
          if (node instanceof AdaptiveSparkPlanExec adaptive) {
            look(adaptive.executedPlan());
          } else if (node instanceof QueryStageExec stage) {
            look(stage.plan());
          } else {
            lookForStream(node);
          }
          return BoxedUnit.UNIT;
        });
  }

  /** Scans of all triggers have the stream among their fields, each under a type of its own. */
  private void lookForStream(SparkPlan node) {
    for (int field = 0; field < node.productArity(); field++) {
      if (node.productElement(field) instanceof RequestStream stream && !seen.add(stream)) {
        repeated = true;
      }
    }
  }
}
