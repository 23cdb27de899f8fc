package io.sparkserving.functions.batch;

import io.sparkserving.exchange.FunctionMeasurements;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Runs a function on the batches of one task, one batch at a time. What the function does wrong is
 * in the outcomes, and is never thrown.
 */
public interface BatchRunner extends AutoCloseable {
  /**
   * Begins to run a batch, on the thread that has gathered it.
   *
   * @param arguments a row of arguments for each row of the batch, not empty
   */
  void send(List<Row> arguments);

  /**
   * Waits for what came of the batch that was sent, on the task's thread.
   *
   * @return as many as rows were sent, in their order
   */
  List<Outcome> receive() throws InterruptedException;

  /**
   * Has what becomes of processes that run the function noted as well, what there was of it before
   * and what comes; nothing if there are none. Costs little if it is so already.
   */
  default void noteWorkers(FunctionMeasurements measurements) {}

  /** Gives up what is under way. Any thread may call it. */
  @Override
  void close();
}
