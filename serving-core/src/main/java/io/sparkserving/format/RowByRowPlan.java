package io.sparkserving.format;

import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.catalyst.optimizer.BuildRight$;
import org.apache.spark.sql.execution.GenerateExec;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnaryExecNode;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.execution.joins.BroadcastHashJoinExec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells plans that write all that comes of a row before they ask for the next one. Whatever is not
 * known to do so counts as holding rows back: shuffles, Python, aggregates, sorts, limits.
 */
final class RowByRowPlan {
  private static final Logger LOG = LoggerFactory.getLogger(RowByRowPlan.class);
  private static final String SPARKS_FUNCTIONS = "org.apache.spark.sql.catalyst.";

  /** Spark 3.5 has no such class. */
  private static final String LAST_STAGE = "ResultQueryStageExec";

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

  /** Whether the plan that this thread is about to run is such a plan; false if it is not known. */
  static boolean runsHere() {
    String execution = SparkContext.getOrCreate().getLocalProperty(SQLExecution.EXECUTION_ID_KEY());
    if (execution == null) {
      return false;
    }
    try {
      QueryExecution query = SQLExecution.getQueryExecution(Long.parseLong(execution));
      return query != null && passes(query.executedPlan());
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("Unknown plan: its rows are taken to be held back", e);
      return false;
    }
  }

  private static boolean passes(SparkPlan plan) {
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
    return PASSING.contains(name)
        && plan instanceof UnaryExecNode unary
        && (!(plan instanceof GenerateExec generate) || isSparks(generate))
        && passes(unary.child());
  }

  /** Hive's generators may keep rows for their end. */
  private static boolean isSparks(GenerateExec generate) {
    return generate.generator().getClass().getName().startsWith(SPARKS_FUNCTIONS);
  }
}
