package io.sparkserving.exchange;

/** Whether a query takes the requests of a server or a service, and if not, why. */
public enum Readiness {
  READY("A query takes the requests."),
  NO_QUERY("No query takes the requests."),
  NO_SERVER("No server of the service listens."),
  NO_DRIVER("The driver does not answer."),
  EXCLUDED("Spark sends no tasks to this executor for a while."),
  NO_JOURNAL("The journal of requests cannot be written."),
  DRAINING("The service is about to stop."),
  STOPPED("The query has ended, and no other will take the requests.");

  private final String reason;

  Readiness(String reason) {
    this.reason = reason;
  }

  /** The state as a sentence, for whoever asks for it. */
  public String reason() {
    return reason;
  }
}
