package io.sparkserving.benchmarks.server;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Ends a server when whoever started the server closes its standard input, or by SIGTERM. */
final class Lifetime {

  private Lifetime() {}

  /** Says that the server is ready, and on which ports; returns when it is to end. */
  static void serve(List<Integer> ports) throws IOException {
    System.out.println(
        "READY " + ports.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    while (System.in.read() >= 0) {
      // Nothing is said on it; only its end counts.
    }
  }
}
