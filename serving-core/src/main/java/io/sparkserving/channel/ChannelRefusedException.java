package io.sparkserving.channel;

import java.io.IOException;

/** The JVM at the other end answers, but does not know whom the message is for, or its secret. */
public final class ChannelRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  ChannelRefusedException(String message) {
    super(message);
  }
}
