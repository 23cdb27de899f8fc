package io.sparkserving.task.source;

import io.sparkserving.exchange.JournalPlace;
import io.sparkserving.exchange.JournalProvider;
import io.sparkserving.exchange.JournalRange;
import io.sparkserving.exchange.JournaledRequest;
import io.sparkserving.exchange.LeaseKey;
import io.sparkserving.metrics.ReplayedRequestsMetric;
import io.sparkserving.metrics.TaskMetric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * Gives a task requests of a journal as rows, as they were: with their own ids, whose connections
 * are gone or have their answer. On the task's thread.
 */
public final class ReplayReader implements PartitionReader<InternalRow> {
  private final JournalProvider.Requests requests;
  private final SourceColumns columns;
  private @Nullable JournaledRequest current;
  private @Nullable RequestRows rows;
  private String server = "";
  private int partition;
  private long read;

  private ReplayReader(JournalProvider.Requests requests, SourceColumns columns) {
    this.requests = requests;
    this.columns = columns;
  }

  /** Begins to read a range. */
  public static ReplayReader open(JournalRange range, SourceColumns columns) {
    return new ReplayReader(read(range), columns);
  }

  /**
   * What the task that runs on this thread has taken in an earlier try, if it is not its first:
   * also what was answered then, as state may have been lost.
   *
   * @param place null if nothing was written down
   * @return null if this is the task's first try, or nothing was written down
   */
  public static @Nullable Iterator<DeliveredRequest> earlierTry(
      @Nullable JournalPlace place, LeaseKey key) {
    TaskContext task = TaskContext.get();
    if (place == null || (task.attemptNumber() == 0 && task.stageAttemptNumber() == 0)) {
      return null;
    }
    JournalProvider.Requests requests = read(JournalRange.of(place, key));
    task.addTaskCompletionListener(new Close(requests));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return requests.hasNext();
      }

      @Override
      public DeliveredRequest next() {
        JournaledRequest next = requests.next();
        return new DeliveredRequest(next.id(), next.arrivalMicros(), next.message());
      }
    };
  }

  private static JournalProvider.Requests read(JournalRange range) {
    try {
      return JournalProvider.find().read(range);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the journal " + range.place().folder(), e);
    }
  }

  /** How many requests were read. */
  public long read() {
    return read;
  }

  @Override
  public boolean next() {
    if (!requests.hasNext()) {
      return false;
    }
    JournaledRequest next = requests.next();
    if (rows == null || partition != next.partition() || !server.equals(next.serverId())) {
      server = next.serverId();
      partition = next.partition();
      rows = new RequestRows(server, partition, columns);
    }
    current = next;
    read++;
    return true;
  }

  @Override
  public InternalRow get() {
    if (current == null || rows == null) {
      throw new IllegalStateException("Cannot get a row before next()");
    }
    return rows.row(new DeliveredRequest(current.id(), current.arrivalMicros(), current.message()));
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return new CustomTaskMetric[] {new TaskMetric(ReplayedRequestsMetric.NAME, read)};
  }

  @Override
  public void close() {
    requests.close();
  }

  private record Close(JournalProvider.Requests requests) implements TaskCompletionListener {
    @Override
    public void onTaskCompletion(TaskContext task) {
      requests.close();
    }
  }
}
