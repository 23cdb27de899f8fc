package io.sparkserving.exchange;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connection's side of an exchange. */
public interface Responder {
  /**
   * Sends the reply to the client. Called once for an exchange, from any thread; must not block and
   * must not throw.
   *
   * @param reply what to send
   * @param done called once, with null when the reply is on its way to the client, or with what
   *     kept the reply from there
   */
  void respond(ReplyMessage reply, Consumer<@Nullable Throwable> done);

  /** Whether the client is known to be gone. Does not block; asked before a reply is sent. */
  default boolean isAbandoned() {
    return false;
  }
}
