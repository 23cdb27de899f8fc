package io.sparkserving.options;

import java.util.Locale;

/** The form in which requests are logged, option {@code accessLog}. */
public enum AccessLog {
  /** Requests are not logged. */
  OFF,
  /** One line as web servers write since NCSA's, with the time that the answer took. */
  NCSA,
  /** One JSON object a line. */
  JSON;

  static AccessLog parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
