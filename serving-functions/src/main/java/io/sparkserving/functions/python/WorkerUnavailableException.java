package io.sparkserving.functions.python;

/** There is no worker for a batch and will not be soon. */
final class WorkerUnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  private final String kind;

  /**
   * Makes the exception.
   *
   * @param kind of the failures that the batch's rows get
   */
  WorkerUnavailableException(String kind) {
    super("There is no worker: " + kind);
    this.kind = kind;
  }

  String kind() {
    return kind;
  }
}
