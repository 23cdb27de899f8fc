package io.sparkserving.distributed;

import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.server.worker.ServerSpec;
import io.sparkserving.task.source.BatchShape;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * What a task needs to take the requests that wait in its JVM. The task starts a server there if
 * there is none.
 *
 * @param spec of the service
 * @param key under which the task holds what it takes
 * @param takers tasks meant for this JVM that have not begun before this task, counting this one
 * @param shape of the task's batch
 * @param lastAttempt number of the last try that Spark allows a task, from 0
 * @param location where the task should run, as Spark's scheduler wants to be told
 */
record WorkerPartition(
    ServerSpec spec, LeaseKey key, int takers, BatchShape shape, int lastAttempt, String location)
    implements InputPartition {

  @Override
  public String[] preferredLocations() {
    return new String[] {location};
  }

  @Override
  public String toString() {
    return "WorkerPartition[" + key + " at " + location + "]";
  }
}
