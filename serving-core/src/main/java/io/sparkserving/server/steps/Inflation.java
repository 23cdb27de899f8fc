package io.sparkserving.server.steps;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** Bodies that were made smaller for the way, by gzip (RFC 9110). */
final class Inflation {
  /** A body is longer than the limit when inflated. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private Inflation() {}

  /** The codings of the body, in the client's words; null if there are none. */
  static @Nullable String coding(HttpFields headers) {
    StringBuilder codings = new StringBuilder();
    for (HttpField field : headers.getFields(HttpHeader.CONTENT_ENCODING)) {
      for (String coding : field.getValues()) {
        if (!coding.equalsIgnoreCase("identity")) {
          codings.append(codings.isEmpty() ? "" : ", ").append(coding);
        }
      }
    }
    return codings.isEmpty() ? null : codings.toString();
  }

  /** Whether bodies of that coding can be inflated. */
  static boolean isKnown(String coding) {
    return coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip");
  }

  /**
   * Inflates a body. Never holds more than a little beyond the limit.
   *
   * @throws TooLargeException if the inflated body is larger
   * @throws IOException if the body is no gzip
   */
  static byte[] inflate(byte[] body, long limit) throws IOException {
    try (InputStream inflated = new GZIPInputStream(new ByteArrayInputStream(body))) {
      byte[] whole = inflated.readNBytes((int) Math.min(limit, Integer.MAX_VALUE - 8));
      if (inflated.read() >= 0) {
        throw new TooLargeException();
      }
      return whole;
    }
  }
}
