package io.sparkserving.server.worker;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;

/** Paths and small bodies of what servers and coordinator say to each other. */
public final class Messages {
  /** Server to coordinator: an {@link Announcement}; answered with the current term. */
  public static final String ANNOUNCE = "/announce";

  /** Server to coordinator: its id; requests wait there. Answered with the current term. */
  public static final String WAITING = "/waiting";

  /** Server to coordinator: its id; it lives. Answered with the current term. */
  public static final String ALIVE = "/alive";

  /** Server to coordinator: term, batch and partition of a reader that is ready. */
  public static final String READER = "/reader";

  /** Server to coordinator: nothing; answered with the service's OpenAPI document. */
  public static final String DESCRIBE = "/describe";

  /** Coordinator to server: requests are for the tasks of this term from now on. */
  public static final String BEGIN = "/begin";

  /** Coordinator to server: term, and the last batch that its query has finished. */
  public static final String SETTLE = "/settle";

  /** Coordinator to server: term and batch, and how much of each partition is finished. */
  public static final String SETTLE_DELIVERED = "/settle-delivered";

  /** Coordinator to server: requests wait where no task is, so the batch should end soon. */
  public static final String HURRY = "/hurry";

  /** Coordinator to server: the query of this term is about to be stopped. */
  public static final String DRAIN = "/drain";

  /** Coordinator to server: the query of this term gets no more. How many requests are open? */
  public static final String REFUSE = "/refuse";

  /**
   * Coordinator to server: its executor is about to exit. In how many milliseconds it shall refuse
   * what comes.
   */
  public static final String LEAVE = "/leave";

  /** Coordinator to server: the query of this term has ended. */
  public static final String RELEASE = "/release";

  /** Coordinator to server: how many requests do tasks of terms before this one hold? */
  public static final String HELD = "/held";

  /** Coordinator to server: how many replies have queries given? */
  public static final String COUNT = "/count";

  /** Coordinator to server: how are you? Answered with a report in JSON. */
  public static final String REPORT = "/report";

  /** Coordinator to server: nobody will take requests any more. */
  public static final String HALT = "/halt";

  /** Coordinator to server: the service has ended. Answered when the port is free. */
  public static final String STOP = "/stop";

  private Messages() {}

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static String readText(byte[] message) {
    return new String(message, StandardCharsets.UTF_8);
  }

  public static byte[] numbers(long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES);
    bytes.asLongBuffer().put(numbers);
    return bytes.array();
  }

  public static long[] readNumbers(byte[] message) {
    LongBuffer read = ByteBuffer.wrap(message).asLongBuffer();
    long[] numbers = new long[read.remaining()];
    read.get(numbers);
    return numbers;
  }
}
