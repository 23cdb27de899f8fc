package io.sparkserving.options;

import java.util.Locale;

/** What has a server of its own in a continuous service. */
public enum ServerScope {
  /** Each executor; all partitions that run there take from one queue. */
  EXECUTOR,
  /** Each partition, with a port of its own. */
  PARTITION;

  static ServerScope parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
