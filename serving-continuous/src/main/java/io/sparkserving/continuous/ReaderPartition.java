package io.sparkserving.continuous;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.server.worker.ServerSpec;
import org.apache.spark.sql.connector.read.InputPartition;
import org.jspecify.annotations.Nullable;

/**
 * What a task needs to read from the server in its JVM. The task starts a server if there is none.
 *
 * @param spec of the service
 * @param key under which the reader's task holds requests
 * @param home the server whose requests the task takes where it shares them with other readers;
 *     null if the executor that the task is for had none when the batch was planned
 * @param readers how many readers the batch has
 * @param lastAttempt number of the last try that Spark allows a task, from 0
 * @param lingerNanos for how long the reader goes on; only of use where Spark does not say
 * @param journal where the requests are written down; null for nowhere
 * @param location where the task should run, as Spark's scheduler wants to be told; may be empty
 */
record ReaderPartition(
    ServerSpec spec,
    LeaseKey key,
    @Nullable ServiceEndpoint home,
    int readers,
    int lastAttempt,
    long lingerNanos,
    @Nullable JournalPlace journal,
    String location)
    implements InputPartition {

  @Override
  public String[] preferredLocations() {
    return location.isEmpty() ? new String[0] : new String[] {location};
  }

  @Override
  public String toString() {
    return "ReaderPartition[" + key + " at " + location + "]";
  }
}
