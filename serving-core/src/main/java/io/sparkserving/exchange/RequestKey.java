package io.sparkserving.exchange;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * By what a client says that requests are the same.
 *
 * @param key as the client has it
 * @param digest of the request, which is another one for another request
 */
record RequestKey(String key, String digest) {

  /** Reads the key of a request; null if it has none. */
  static @Nullable RequestKey of(RequestMessage request, String header) {
    for (Header each : request.headers()) {
      if (each.name().equalsIgnoreCase(header) && !each.value().isBlank()) {
        String caller = request.caller();
        String key = each.value().trim();
        // What one caller did is no other's business.
        return new RequestKey(caller == null ? key : caller + "\n" + key, digest(request));
      }
    }
    return null;
  }

  private static String digest(RequestMessage request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(request.method().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
      digest.update(request.uri().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) '\n');
      if (request.body() != null) {
        digest.update(request.body());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
