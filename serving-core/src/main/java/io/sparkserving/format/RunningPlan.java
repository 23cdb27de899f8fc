package io.sparkserving.format;

import io.sparkserving.task.sink.RowFlow;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeExec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the plan of the batch, or of the readers, that the query's thread is about to run. */
final class RunningPlan {
  private static final Logger LOG = LoggerFactory.getLogger(RunningPlan.class);

  private RunningPlan() {}

  /** Returns how rows come to the sink, as far as can be told. */
  static RowFlow flowHere() {
    try {
      SparkPlan plan = planHere();
      if (plan == null) {
        return RowFlow.HELD_BACK;
      }
      if (StreamReads.areRepeated(plan)) {
        return RowFlow.BRANCHED;
      }
      if (RowByRowPlan.passes(plan)) {
        return RowFlow.ROW_BY_ROW;
      }
      ShuffleWait.check(plan, SparkContext.getOrCreate());
      return RowFlow.HELD_BACK;
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("Unknown plan: its rows are taken to be held back", e);
      return RowFlow.HELD_BACK;
    }
  }

  /**
   * Waits until there are cores for all tasks of the batch, where these run at the same time.
   *
   * @param service that the query replies to
   * @param writers tasks that write
   * @throws IllegalStateException if there are too few cores
   */
  static void awaitCores(String service, int writers) {
    SparkPlan plan = planHere();
    List<ShuffleExchangeExec> shuffles = plan == null ? List.of() : PipelinedShuffles.of(plan);
    if (shuffles.isEmpty()) {
      return;
    }
    int before = 0;
    int readers = 0;
    for (ShuffleExchangeExec shuffle : shuffles) {
      int tasks = shuffle.inputRDD().getNumPartitions();
      before += tasks;
      readers += PipelinedShuffles.of(shuffle.child()).isEmpty() ? tasks : 0;
    }
    SparkContext spark = SparkContext.getOrCreate();
    ShuffleCores.of(service, spark).await(readers, before - readers + writers, spark.getConf());
  }

  private static @Nullable SparkPlan planHere() {
    String execution = SparkContext.getOrCreate().getLocalProperty(SQLExecution.EXECUTION_ID_KEY());
    if (execution == null) {
      return null;
    }
    QueryExecution query = SQLExecution.getQueryExecution(Long.parseLong(execution));
    return query == null ? null : query.executedPlan();
  }
}
