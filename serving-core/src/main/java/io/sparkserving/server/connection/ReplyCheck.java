package io.sparkserving.server.connection;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import org.eclipse.jetty.http.HttpTokens;
import org.jspecify.annotations.Nullable;

/** Finds replies that HTTP cannot carry, so that none can be cut in two or garbled on its way. */
final class ReplyCheck {
  /** Bytes of a reply's headers, as HTTP/2 counts them. */
  static final int MOST_HEADER_BYTES = 16 << 10;

  /** What HTTP/2 adds to the bytes of each header. */
  private static final int HEADER_OVERHEAD = 32;

  private ReplyCheck() {}

  /**
   * Returns what is wrong with a reply, or null.
   *
   * @param mostHeaderBytes bytes that the client takes, as HTTP/2 counts them
   */
  static @Nullable String findProblem(ReplyMessage reply, int mostHeaderBytes) {
    if (reply.status() < 200 || reply.status() > 599) {
      return "Invalid status " + reply.status() + ", expected 200 to 599.";
    }
    long bytes = 0;
    for (Header header : reply.headers()) {
      bytes += header.name().length() + header.value().length() + HEADER_OVERHEAD;
      if (header.name().isEmpty() || !isToken(header.name())) {
        return "Invalid header name, expected letters, digits and - . _ ~ and the like.";
      }
      if (!isValue(header.value())) {
        return "Invalid value of header "
            + header.name()
            + ", expected characters of ISO 8859-1, no line breaks or other control characters,"
            + " and no space at either end.";
      }
    }
    if (bytes > Math.min(mostHeaderBytes, MOST_HEADER_BYTES)) {
      return "Invalid headers of %d bytes, expected %d at most."
          .formatted(bytes, Math.min(mostHeaderBytes, MOST_HEADER_BYTES));
    }
    return null;
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isTokenChar(name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isValue(String value) {
    int last = value.length() - 1;
    if (last >= 0 && (isSpace(value.charAt(0)) || isSpace(value.charAt(last)))) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      if (!isValueChar(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTokenChar(int character) {
    HttpTokens.Token token = character < 128 ? HttpTokens.getToken((byte) character) : null;
    return token != null && token.isRfc2616Token();
  }

  private static boolean isValueChar(int character) {
    return character == '\t' || (character >= ' ' && character != 127 && character <= 255);
  }

  private static boolean isSpace(int character) {
    return character == ' ' || character == '\t';
  }
}
