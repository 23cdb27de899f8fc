package io.sparkserving.functions;

import io.sparkserving.exchange.FunctionMeasurements;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.exchange.Measurements;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.functions.batch.BatchRunner;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a stage's batches are measured: at a server in this JVM of the service whose request
 * the first row of a batch is. Nothing is measured where there is no such server. Used by whoever
 * has a batch, one thread at a time.
 */
final class StageMeasurements {
  private final String function;
  private final RowShape shape;
  private final BatchRunner runner;
  private final IntSupplier waiting;

  /** Of the row that was looked at last; null before the first one. */
  private @Nullable String serverId;

  private @Nullable FunctionMeasurements current;

  /**
   * @param function name of the column that the function makes
   * @param waiting tells how many rows wait for the next batch; any thread may ask
   */
  StageMeasurements(String function, RowShape shape, BatchRunner runner, IntSupplier waiting) {
    this.function = function;
    this.shape = shape;
    this.runner = runner;
    this.waiting = waiting;
  }

  /** Notes whose rows are sent. */
  void sending(List<Row> batch) {
    Row id = shape.id(batch.get(0));
    String sender = id == null || id.isNullAt(0) ? null : id.getString(0);
    if (sender != null && !sender.equals(serverId)) {
      serverId = sender;
      measureAt(find(sender));
    }
  }

  /** Where the batch is measured that was sent last; null if nowhere. */
  @Nullable FunctionMeasurements current() {
    return current;
  }

  /** Notes that no more batches come. */
  void end() {
    measureAt(null);
  }

  private @Nullable FunctionMeasurements find(String sender) {
    ServerExchanges server = LocalServers.findOfService(sender);
    Measurements measurements = server == null ? null : server.measurements();
    return measurements == null ? null : measurements.function(function);
  }

  private void measureAt(@Nullable FunctionMeasurements next) {
    if (next == current) {
      return;
    }
    if (current != null) {
      current.removeWaiting(waiting);
    }
    if (next != null) {
      next.addWaiting(waiting);
      runner.noteWorkers(next);
    }
    current = next;
  }
}
