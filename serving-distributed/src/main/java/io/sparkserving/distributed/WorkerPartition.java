package io.sparkserving.distributed;

import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.server.worker.ServerSpec;
import io.sparkserving.task.source.BatchShape;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * One task: it takes what waits in the JVM that it runs in, after starting a server there if there
 * is none.
 *
 * @param spec of the service
 * @param key under which the task holds what it takes
 * @param takers how many tasks that are meant for this JVM have not begun before this one, with it
 * @param shape of its batch
 * @param lastAttempt number of the last try that Spark allows a task, from 0
 * @param location where it should run, as Spark's scheduler wants to be told
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
