package io.sparkserving.options;

import java.util.Locale;

/** Whether callers show a certificate of their own. */
public enum ClientCertificates {
  /** They are not asked. */
  NONE,
  /** They may; one that is shown must be good. */
  OPTIONAL,
  /** Without a good one there is no connection. */
  REQUIRED;

  static ClientCertificates parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
