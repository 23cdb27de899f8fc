package io.sparkserving.server.worker;

import java.util.Arrays;

/**
 * What the coordinator answers to a message of a server.
 *
 * @param term whose tasks get the requests now
 * @param standing what the coordinator knows of the server
 */
public record DriverAnswer(long term, Standing standing) {

  /** What the coordinator knows of a server. */
  public enum Standing {
    /** The server has announced itself, or does not say who it is. */
    KNOWN(0),
    /** The server has to announce itself again. */
    UNKNOWN(1),
    /** Spark sends no tasks to the server's executor for a while: nobody takes its requests. */
    EXCLUDED(2),
    /** Spark has given up the server's executor: no task will come there. */
    EXECUTOR_GONE(3);

    private final long code;

    Standing(long code) {
      this.code = code;
    }

    private static Standing of(long code) {
      return Arrays.stream(values())
          .filter(standing -> standing.code == code)
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("Invalid standing " + code));
    }
  }

  /** Writes the answer. */
  public byte[] toBytes() {
    return Messages.numbers(term, standing.code);
  }

  /** Reads what {@link #toBytes} wrote. */
  public static DriverAnswer read(byte[] answer) {
    long[] numbers = Messages.readNumbers(answer);
    return new DriverAnswer(numbers[0], Standing.of(numbers[1]));
  }
}
