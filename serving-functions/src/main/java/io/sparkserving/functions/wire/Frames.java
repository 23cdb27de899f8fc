package io.sparkserving.functions.wire;

/**
 * What frames look like: the length of the payload (four bytes), the kind (one byte), three zeros,
 * the payload. All numbers are little-endian.
 */
public final class Frames {
  /**
   * Bytes before the payload; a multiple of eight, so that a payload is aligned as its frame is.
   */
  public static final int HEADER_BYTES = 8;

  /** Asks a worker whether it is set up; empty. */
  public static final byte HELLO = 1;

  /** A batch for a worker. */
  public static final byte BATCH = 2;

  /** A worker is set up; empty. */
  public static final byte READY = 1;

  /** What came of a batch. */
  public static final byte RESULT = 2;

  /** A worker could not be set up; a text that says why. */
  public static final byte FAILED = 3;

  private Frames() {}
}
