package io.sparkserving.task.reply;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the parts of a reply as they are read from a row, and makes the message of them. Parts
 * that are missing have HTTP's plain meaning: status 200, no headers, no body. A header of the
 * reply's list goes before the entity's own header of the same name.
 */
final class ReplyParts {
  private static final int OK = 200;

  private final List<Header> headers = new ArrayList<>();
  private int status = OK;
  private byte[] content = new byte[0];

  /** Sets the status code. */
  void status(int code) {
    status = code;
  }

  /** Adds a header of the reply's list, unless its name is null. */
  void header(@Nullable String name, @Nullable String value) {
    if (name != null) {
      headers.add(new Header(name, value == null ? "" : value));
    }
  }

  /**
   * Adds the entity's content type or encoding, unless a header of that name is there already. To
   * be called after {@link #header}.
   */
  void entityHeader(@Nullable String name, @Nullable String value) {
    if (name != null && !has(name)) {
      header(name, value);
    }
  }

  private boolean has(String name) {
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** Sets the body; null leaves it empty. */
  void content(byte @Nullable [] bytes) {
    if (bytes != null) {
      content = bytes;
    }
  }

  /** Makes the message of all parts. */
  ReplyMessage toMessage() {
    return new ReplyMessage(status, headers, content);
  }
}
