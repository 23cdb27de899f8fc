package io.sparkserving.driver;

/** How a query takes requests. */
public enum QueryKind {
  HEAD("server", "micro-batches"),
  DISTRIBUTED("distributedServer", "micro-batches"),
  LONG_BATCHES("continuousServer", "long batches"),
  REAL_TIME("continuousServer", "real time"),
  CONTINUOUS("continuousServer", "continuous");

  private final String format;
  private final String trigger;

  QueryKind(String format, String trigger) {
    this.format = format;
    this.trigger = trigger;
  }

  /** The name of the format that the query reads. */
  public String format() {
    return format;
  }

  /** The trigger with which the query takes requests, in words. */
  public String trigger() {
    return trigger;
  }
}
