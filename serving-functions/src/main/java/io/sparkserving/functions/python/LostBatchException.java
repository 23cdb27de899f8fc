package io.sparkserving.functions.python;

/** A batch was not answered. */
final class LostBatchException extends Exception {
  private static final long serialVersionUID = 1;

  /** What is to become of a batch that was not answered. */
  enum Blame {
    /** The worker did not fail because of it: it is sent once more. */
    INNOCENT,

    /** The worker failed with this batch or another one: its rows run again one by one. */
    SUSPECT,

    /** The worker failed with this batch: its rows run again one by one, but not a single one. */
    GUILTY,

    /** It took too long. */
    OVERDUE,

    /** The runner was closed. */
    CLOSED
  }

  private final Blame blame;

  LostBatchException(Blame blame, Throwable cause) {
    super("The batch was not answered", cause);
    this.blame = blame;
  }

  Blame blame() {
    return blame;
  }
}
