package io.sparkserving.distributed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Paths and small bodies of what servers and coordinator say to each other. */
final class Messages {
  /** Server to coordinator: an {@link Announcement}. */
  static final String ANNOUNCE = "/announce";

  /** Server to coordinator: its id; requests wait there. */
  static final String WAITING = "/waiting";

  /** Server to coordinator: its id; it lives. */
  static final String ALIVE = "/alive";

  /** Coordinator to server: the last batch that the query has finished. */
  static final String SETTLE = "/settle";

  /** Coordinator to server: the query has ended. Answered when the port is free. */
  static final String STOP = "/stop";

  private Messages() {}

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String readText(byte[] message) {
    return new String(message, StandardCharsets.UTF_8);
  }

  static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  static long readNumber(byte[] message) {
    return ByteBuffer.wrap(message).getLong();
  }
}
