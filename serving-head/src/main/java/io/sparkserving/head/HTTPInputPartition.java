package io.sparkserving.head;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.task.source.BatchShape;
import io.sparkserving.task.source.DeliveredRequest;
import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;
import org.jspecify.annotations.Nullable;

/**
 * One task's requests, which travel to the task whole.
 *
 * @param endpoint of the server that holds the connections
 * @param key under which the task holds the requests
 * @param lastAttempt number of the last try that Spark allows a task, from 0
 * @param shape of the task's batch
 * @param journal where the requests are written down; null for nowhere
 * @param requests in the order of their arrival
 */
record HTTPInputPartition(
    ServiceEndpoint endpoint,
    LeaseKey key,
    int lastAttempt,
    BatchShape shape,
    @Nullable JournalPlace journal,
    List<DeliveredRequest> requests)
    implements InputPartition {

  @Override
  public String toString() {
    return "HTTPInputPartition[" + key + ", " + requests.size() + " requests]";
  }
}
