package io.sparkserving.options;

import java.util.Locale;

/** Whether callers show a certificate of their own, option {@code tls.clientAuth}. */
public enum ClientCertificates {
  /** Callers are not asked for a certificate. */
  NONE,
  /** Callers may show a certificate, which must be good. */
  OPTIONAL,
  /** Callers without a good certificate get no connection. */
  REQUIRED;

  static ClientCertificates parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
