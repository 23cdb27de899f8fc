package io.sparkserving.format;

import io.sparkserving.columns.FunctionProvider;
import io.sparkserving.columns.ManyRecords;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.optimizer.BuildRight$;
import org.apache.spark.sql.execution.GenerateExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnaryExecNode;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.execution.joins.BroadcastHashJoinExec;

/**
 * Tells plans that write all that comes of a row before they ask for the next one. Whatever is not
 * known to do so counts as holding rows back: shuffles, Python, aggregates, sorts, limits.
 */
final class RowByRowPlan {
  private static final String SPARKS_FUNCTIONS = "org.apache.spark.sql.catalyst.";

  /** Spark 3.5 has no such class. */
  private static final String LAST_STAGE = "ResultQueryStageExec";

  private static final String STAGE = "MapPartitionsExec";

  /** Columns that this library's own stages get. */
  private static final Set<String> OURS = Set.of(FunctionProvider.ARGUMENTS, ManyRecords.RECORDS);

  private static final Set<String> SCANS =
      Set.of("MicroBatchScanExec", "RealTimeStreamScanExec", "ContinuousScanExec");

  private static final Set<String> PASSING =
      Set.of(
          "CollectMetricsExec",
          "DeserializeToObjectExec",
          "EventTimeWatermarkExec",
          "ExpandExec",
          "FilterExec",
          "GenerateExec",
          "InputAdapter",
          "MapElementsExec",
          "ProjectExec",
          "SerializeFromObjectExec",
          "WholeStageCodegenExec",
          "WriteToDataSourceV2Exec");

  private RowByRowPlan() {}

  /** Whether the plan is such a plan. */
  static boolean passes(SparkPlan plan) {
    String name = plan.getClass().getSimpleName();
    if (SCANS.contains(name)) {
      return true;
    }
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      // Spark has asked for its rows by now, and so has settled on a plan.
      return passes(adaptive.executedPlan());
    }
    if (plan instanceof QueryStageExec stage && name.equals(LAST_STAGE)) {
      return passes(stage.plan());
    }
    if (plan instanceof BroadcastHashJoinExec join) {
      return passes(join.buildSide() == BuildRight$.MODULE$ ? join.left() : join.right());
    }
    if (name.equals(STAGE)) {
      return plan instanceof UnaryExecNode stage && isOurs(stage) && passes(stage.child());
    }
    return PASSING.contains(name)
        && plan instanceof UnaryExecNode unary
        && (!(plan instanceof GenerateExec generate) || isSparks(generate))
        && passes(unary.child());
  }

  /** Functions of users over partitions may keep rows for their end, but for this library's own. */
  private static boolean isOurs(UnaryExecNode stage) {
    return stage.child() instanceof UnaryExecNode rows
        && Stream.of(rows.child().schema().fieldNames()).anyMatch(OURS::contains);
  }

  /** Hive's generators may keep rows for their end. */
  private static boolean isSparks(GenerateExec generate) {
    return generate.generator().getClass().getName().startsWith(SPARKS_FUNCTIONS);
  }
}
