package io.sparkserving.options;

import java.util.Locale;

/** In what form requests are logged. */
public enum AccessLog {
  OFF,
  /** As web servers do since NCSA's, with the time that it took. */
  NCSA,
  /** An object a line. */
  JSON;

  static AccessLog parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
