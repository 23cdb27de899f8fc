package io.sparkserving.head;

import io.sparkserving.routing.LeaseClient;
import io.sparkserving.source.DeliveredRequest;
import io.sparkserving.source.RequestReader;
import io.sparkserving.source.RequestRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;

/** Makes, inside tasks, the readers of requests. */
record HTTPPartitionReaderFactory(boolean includeTimestamp) implements PartitionReaderFactory {

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition inputPartition) {
    HTTPInputPartition partition = (HTTPInputPartition) inputPartition;
    RequestRows rows =
        new RequestRows(
            partition.endpoint().serverId(), partition.key().partition(), includeTimestamp);
    return new RequestReader(delivered(partition).iterator(), rows);
  }

  /** All requests at the first try; at a later one, those that the driver still wants processed. */
  private static List<DeliveredRequest> delivered(HTTPInputPartition partition) {
    int attempt = TaskContext.get().attemptNumber();
    if (attempt == 0) {
      return partition.requests();
    }
    try {
      Set<Long> wanted =
          LeaseClient.redeliver(
              partition.endpoint(), partition.key(), attempt, partition.lastAttempt());
      return partition.requests().stream()
          .filter(request -> wanted.contains(request.id()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot ask which requests to process again", e);
    }
  }
}
