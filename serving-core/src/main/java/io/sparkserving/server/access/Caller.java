package io.sparkserving.server.access;

import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Whoever has shown a token.
 *
 * @param name that the token is given under, null if under none
 */
public record Caller(@Nullable String name) {
  /** The attribute of a request that has its caller's name, if there is one. */
  public static final String ATTRIBUTE = "io.sparkserving.caller";

  /** Notes that a request is this caller's. */
  public void note(Request request) {
    if (name != null) {
      request.setAttribute(ATTRIBUTE, name);
    }
  }

  /** The name of a request's caller, null if the caller has shown no token with a name. */
  public static @Nullable String nameOf(Request request) {
    return (String) request.getAttribute(ATTRIBUTE);
  }
}
