package io.sparkserving.source;

import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.jspecify.annotations.Nullable;

/** Gives a task its requests as rows. */
public final class RequestReader implements PartitionReader<InternalRow> {
  private final Iterator<DeliveredRequest> requests;
  private final RequestRows rows;
  private @Nullable DeliveredRequest current;

  public RequestReader(Iterator<DeliveredRequest> requests, RequestRows rows) {
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
