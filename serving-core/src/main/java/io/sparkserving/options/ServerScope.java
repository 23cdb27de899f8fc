package io.sparkserving.options;

import java.util.Locale;

/** What has a server of its own in a continuous service, option {@code serverScope}. */
public enum ServerScope {
  /** Each executor has a server; all partitions that run there take from one queue. */
  EXECUTOR,
  /** Each partition has a server, with a port of its own. */
  PARTITION;

  static ServerScope parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
