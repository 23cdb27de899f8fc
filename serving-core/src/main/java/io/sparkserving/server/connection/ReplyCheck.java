package io.sparkserving.server.connection;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import org.eclipse.jetty.http.HttpTokens;
import org.jspecify.annotations.Nullable;

/** Finds replies that HTTP cannot carry, so that none can be cut in two or garbled on its way. */
final class ReplyCheck {
  private ReplyCheck() {}

  /** Returns what is wrong with a reply, or null. */
  static @Nullable String findProblem(ReplyMessage reply) {
    if (reply.status() < 200 || reply.status() > 599) {
      return "Invalid status " + reply.status() + ", expected 200 to 599.";
    }
    for (Header header : reply.headers()) {
      if (header.name().isEmpty() || !isToken(header.name())) {
        return "Invalid header name, expected letters, digits and - . _ ~ and the like.";
      }
      if (!isValue(header.value())) {
        return "Invalid value of header "
            + header.name()
            + ", expected no line breaks or other control characters.";
      }
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
    return character == '\t' || (character >= ' ' && character != 127);
  }
}
