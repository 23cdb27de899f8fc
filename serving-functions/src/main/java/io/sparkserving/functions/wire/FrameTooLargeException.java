package io.sparkserving.functions.wire;

/** A batch does not fit into a frame; fewer of its rows may. */
public final class FrameTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  FrameTooLargeException(long bytes, int most) {
    super("Cannot send " + bytes + " bytes in one frame, at most " + most);
  }
}
