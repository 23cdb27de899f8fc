package io.sparkserving.driver.cluster;

import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Tells a coordinator of executors that come and go, on the thread of Spark's listeners. */
final class ExecutorWatch extends SparkListener {
  private final Coordinator coordinator;

  ExecutorWatch(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded event) {
    coordinator.executorCame(event.executorId());
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
    coordinator.executorWent(event.executorId());
  }
}
