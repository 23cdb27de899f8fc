package io.sparkserving.distributed;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.server.worker.ServerSpec;
import io.sparkserving.task.source.BatchShape;
import org.apache.spark.sql.connector.read.InputPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a task needs to take the requests that wait on an executor. The task starts a server in its
 * own JVM if there is none.
 *
 * @param spec of the service
 * @param home the server whose requests the task takes, wherever it runs; null if the executor had
 *     no server when the batch was planned, and so no requests for it
 * @param key under which the task holds what it takes, as do all tasks that read the same
 * @param takers tasks meant for this executor that have not begun before this task, counting this
 *     one
 * @param shape of the task's batch
 * @param lastAttempt number of the last try that Spark allows a task, from 0
 * @param journal where the requests are written down; null for nowhere
 * @param location where the task should run, as Spark's scheduler wants to be told
 */
record WorkerPartition(
    ServerSpec spec,
    @Nullable ServiceEndpoint home,
    LeaseKey key,
    int takers,
    BatchShape shape,
    int lastAttempt,
    @Nullable JournalPlace journal,
    String location)
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
