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

  /** The format that it reads. */
  public String format() {
    return format;
  }

  /** When it takes them, in words. */
  public String trigger() {
    return trigger;
  }
}
