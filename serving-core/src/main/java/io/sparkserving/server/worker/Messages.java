package io.sparkserving.server.worker;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;

/** Paths and small bodies of the messages between the servers of a service and its coordinator. */
public final class Messages {
  /** A server tells the coordinator an {@link Announcement}. It gets a {@link DriverAnswer}. */
  public static final String ANNOUNCE = "/announce";

  /** A server tells the coordinator, by id, that requests wait. It gets a {@link DriverAnswer}. */
  public static final String WAITING = "/waiting";

  /** A server tells the coordinator, by id, that it lives. It gets a {@link DriverAnswer}. */
  public static final String ALIVE = "/alive";

  /** A server tells the coordinator term, batch and partition of a reader that is ready. */
  public static final String READER = "/reader";

  /** A server asks the coordinator for the service's OpenAPI document. */
  public static final String DESCRIBE = "/describe";

  /** The coordinator tells a server the term whose tasks get the requests from now on. */
  public static final String BEGIN = "/begin";

  /** The coordinator tells a server a term, and the last batch that its query has finished. */
  public static final String SETTLE = "/settle";

  /** The coordinator tells a server how much of each partition of a term's batch is finished. */
  public static final String SETTLE_DELIVERED = "/settle-delivered";

  /**
   * A task tells a server of another JVM term, batch and partition, and how many tasks share what
   * waits there. The answer is the task's share.
   */
  public static final String SHARE = "/share";

  /** A task tells such a server that its try has failed, and 1 if that is held against requests. */
  public static final String GIVE_BACK = "/give-back";

  /** A task tells such a server that its last try has begun, which takes nothing. */
  public static final String WITHDRAW = "/withdraw";

  /** The coordinator tells a server that requests wait elsewhere: the batch should end soon. */
  public static final String HURRY = "/hurry";

  /** The coordinator tells a server that the query of a term is about to be stopped. */
  public static final String DRAIN = "/drain";

  /**
   * The coordinator tells a server that the query of a term gets no more requests. The answer is
   * the number of those that are open.
   */
  public static final String REFUSE = "/refuse";

  /**
   * The coordinator tells a server that its executor is about to exit, and in how many milliseconds
   * the server shall refuse requests.
   */
  public static final String LEAVE = "/leave";

  /** The coordinator tells a server that the query of a term has ended. */
  public static final String RELEASE = "/release";

  /** The coordinator asks a server how many requests tasks hold of terms before a given one. */
  public static final String HELD = "/held";

  /** The coordinator asks a server how many replies queries have given. */
  public static final String COUNT = "/count";

  /** The coordinator asks a server how it is doing. The answer is a report in JSON. */
  public static final String REPORT = "/report";

  /** The coordinator tells a server that nobody will take requests any more. */
  public static final String HALT = "/halt";

  /** The coordinator tells a server that the service has ended. Answered once the port is free. */
  public static final String STOP = "/stop";

  private Messages() {}

  /** Whether tasks of other JVMs ask a server for this path. */
  static boolean isForTasks(String path) {
    return path.equals(SHARE) || path.equals(GIVE_BACK) || path.equals(WITHDRAW);
  }

  /** Writes a text as UTF-8. */
  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a text. */
  public static String readText(byte[] message) {
    return new String(message, StandardCharsets.UTF_8);
  }

  /** Writes numbers of eight bytes each. */
  public static byte[] numbers(long... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES);
    bytes.asLongBuffer().put(numbers);
    return bytes.array();
  }

  /** Reads numbers. */
  public static long[] readNumbers(byte[] message) {
    LongBuffer read = ByteBuffer.wrap(message).asLongBuffer();
    long[] numbers = new long[read.remaining()];
    read.get(numbers);
    return numbers;
  }
}
