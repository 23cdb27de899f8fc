package io.sparkserving.functions.python;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.functions.batch.BatchRunner;

/**
 * The way to functions in Python, for the tasks of this JVM. Each function has processes of its
 * own, which all of its tasks share: they start when they are first asked for, and stop when the
 * driver says that their queries have ended, when no runner has been open for a minute and no query
 * is known to go on, when they are told to, or when this JVM ends, however it does. All threads may
 * call all methods.
 */
public final class PythonRunners {
  private static final WorkerPools JVM = new WorkerPools(NanoClock.SYSTEM);

  private PythonRunners() {}

  /** Opens a runner of a function for one task. Does not wait for the function to be set up. */
  public static BatchRunner open(PythonFunction function) {
    return JVM.open(function);
  }

  /**
   * Starts the processes of a function and waits until they are set up.
   *
   * @throws WorkerSetupException if they cannot be; its message says why
   */
  public static void warm(PythonFunction function)
      throws InterruptedException, WorkerSetupException {
    JVM.warm(function);
  }

  /** Stops the processes of a function. Runners that are still open fail their batches. */
  public static void stop(String functionId) {
    JVM.stop(functionId);
  }

  /** What the processes of a function have been through; zeros if it has none just now. */
  public static WorkerCounts counts(String functionId) {
    return JVM.counts(functionId);
  }
}
