package io.sparkserving.task.source;

import io.sparkserving.metrics.RequestBytesMetric;
import io.sparkserving.metrics.TaskMetric;
import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.jspecify.annotations.Nullable;

/** Gives a task its requests as rows, on the task's thread. */
public final class RequestReader implements PartitionReader<InternalRow> {
  private final Iterator<DeliveredRequest> requests;
  private final RequestRows rows;
  private @Nullable DeliveredRequest current;
  private long bytes;

  /**
   * @param requests the task's requests; its methods may wait
   * @param rows makes the row of each request
   */
  public RequestReader(Iterator<DeliveredRequest> requests, RequestRows rows) {
    this.requests = requests;
    this.rows = rows;
  }

  @Override
  public boolean next() {
    current = requests.hasNext() ? requests.next() : null;
    if (current == null) {
      return false;
    }
    bytes += current.message().size();
    return true;
  }

  @Override
  public InternalRow get() {
    if (current == null) {
      throw new IllegalStateException("Cannot get a row before next()");
    }
    return rows.row(current);
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return new CustomTaskMetric[] {new TaskMetric(RequestBytesMetric.NAME, bytes)};
  }

  @Override
  public void close() {}
}
