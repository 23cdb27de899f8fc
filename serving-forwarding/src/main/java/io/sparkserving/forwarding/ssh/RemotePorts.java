package io.sparkserving.forwarding.ssh;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Chooses the ports of the gateway that are tried. */
final class RemotePorts {
  private static final int MOST_PORT = 65_535;

  private RemotePorts() {}

  /**
   * Returns the ports in the order in which they are tried.
   *
   * @param last port that the server had there before, which clients may know
   */
  static List<Integer> toTry(OptionalInt last, int start, int retries) {
    IntStream upward = IntStream.rangeClosed(start, Math.min(start + retries, MOST_PORT));
    return IntStream.concat(last.stream(), upward).distinct().boxed().toList();
  }
}
