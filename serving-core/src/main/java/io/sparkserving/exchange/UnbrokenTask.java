package io.sparkserving.exchange;

/**
 * A task that is to be run again and again, whatever it throws: a schedule ends with a task that
 * throws, and nobody would know. What it throws is in the log, now and then.
 */
public final class UnbrokenTask implements Runnable {
  private static final LimitedLog FAILED = LimitedLog.of(UnbrokenTask.class);

  private final String purpose;
  private final Runnable task;

  /**
   * @param purpose what the task does, to come after "Cannot"
   */
  public UnbrokenTask(String purpose, Runnable task) {
    this.purpose = purpose;
    this.task = task;
  }

  @Override
  public void run() {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      FAILED.warn(purpose, "Cannot {} this time", purpose, e);
    }
  }
}
