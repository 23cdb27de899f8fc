package io.sparkserving.head;

import io.sparkserving.source.DeliveredRequest;
import io.sparkserving.source.RequestRows;
import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.jspecify.annotations.Nullable;

/** Gives a task its requests as rows. */
final class HTTPPartitionReader implements PartitionReader<InternalRow> {
  private final Iterator<DeliveredRequest> requests;
  private final RequestRows rows;
  private @Nullable DeliveredRequest current;

  HTTPPartitionReader(Iterator<DeliveredRequest> requests, RequestRows rows) {
    this.requests = requests;
    this.rows = rows;
  }

  @Override
  public boolean next() {
    current = requests.hasNext() ? requests.next() : null;
    return current != null;
  }

  @Override
  public InternalRow get() {
    if (current == null) {
      throw new IllegalStateException("Cannot get a row before next()");
    }
    return rows.row(current);
  }

  @Override
  public void close() {}
}
