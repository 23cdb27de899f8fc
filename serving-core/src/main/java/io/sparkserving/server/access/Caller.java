package io.sparkserving.server.access;

import java.util.HexFormat;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Whoever has shown a token. Tokens of one name are one caller's; of those without, each is a
 * caller's own.
 *
 * @param name that the token is given under, null if under none
 * @param key that no other caller of the service has, for counting; not to be printed
 */
public record Caller(@Nullable String name, String key) {
  /** The attribute of a request that has its caller's name, if there is one. */
  public static final String ATTRIBUTE = "io.sparkserving.caller";

  /** Whoever shows a token of this name. */
  static Caller named(String name) {
    return new Caller(name, name);
  }

  /**
   * Whoever shows a token without a name.
   *
   * @param digest of the token, longer than any name
   */
  static Caller unnamed(byte[] digest) {
    return new Caller(null, HexFormat.of().formatHex(digest));
  }

  /** Notes that a request is this caller's. */
  public void note(Request request) {
    if (name != null) {
      request.setAttribute(ATTRIBUTE, name);
    }
  }

  /** Without the key, as it may have been made of a token. */
  @Override
  public String toString() {
    return "Caller[" + name + "]";
  }

  /** The name of a request's caller, null if the caller has shown no token with a name. */
  public static @Nullable String nameOf(Request request) {
    return (String) request.getAttribute(ATTRIBUTE);
  }
}
