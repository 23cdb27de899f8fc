package io.sparkserving.channel;

import java.io.IOException;

/**
 * The JVM at the other end of a channel does not know the receiver or the secret of a message, or
 * does not take the message from its sender.
 */
public final class ChannelRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Refuses a message; the sender is told why. */
  public ChannelRefusedException(String message) {
    super(message);
  }
}
