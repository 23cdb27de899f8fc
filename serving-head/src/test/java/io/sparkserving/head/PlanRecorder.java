package io.sparkserving.head;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart;

/** Keeps the physical plans that Spark ran, as text. */
final class PlanRecorder extends SparkListener {

  private final Queue<String> plans = new ConcurrentLinkedQueue<>();

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (event instanceof SparkListenerSQLExecutionStart start) {
      plans.add(start.physicalPlanDescription());
    }
  }

  /** Whether any plan so far contains this text. */
  boolean ran(String planNode) {
    return plans.stream().anyMatch(plan -> plan.contains(planNode));
  }
}
