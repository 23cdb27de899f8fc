package io.sparkserving.continuous;

import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.server.worker.ServerSpec;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * One reader, of the server in the JVM where it runs, which it starts if there is none.
 *
 * @param spec of the service
 * @param key under which its task holds requests
 * @param lastAttempt number of the last try that Spark allows a task, from 0
 * @param lingerNanos how long it goes on; only of use where Spark does not say
 * @param location where it should run, as Spark's scheduler wants to be told; may be empty
 */
record ReaderPartition(
    ServerSpec spec, LeaseKey key, int lastAttempt, long lingerNanos, String location)
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
