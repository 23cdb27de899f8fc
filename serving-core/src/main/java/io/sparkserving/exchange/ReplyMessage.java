package io.sparkserving.exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * An HTTP reply as a query made it. Nobody may change {@code body} afterwards.
 *
 * @param status HTTP status code
 * @param headers in order, repeated ones too, Content-Type among them
 * @param body empty if there is none
 */
public record ReplyMessage(int status, List<Header> headers, byte[] body) {
  private static final Header CLOSE = new Header("Connection", "close");

  /** This reply, made the last one of its connection. */
  ReplyMessage closing() {
    if (isClosing()) {
      return this;
    }
    List<Header> all = new ArrayList<>(headers);
    all.removeIf(header -> header.name().equalsIgnoreCase(CLOSE.name()));
    all.add(CLOSE);
    return new ReplyMessage(status, List.copyOf(all), body);
  }

  /** Whether this reply is the last one of its connection. */
  public boolean isClosing() {
    return headers.contains(CLOSE);
  }
}
