package io.sparkserving.distributed.gateway;

import java.util.Random;

/** Bodies that no two requests share. */
final class Bodies {
  private static final Random RANDOM = new Random(1);

  private Bodies() {}

  static byte[] random(int size) {
    byte[] body = new byte[size];
    RANDOM.nextBytes(body);
    return body;
  }
}
