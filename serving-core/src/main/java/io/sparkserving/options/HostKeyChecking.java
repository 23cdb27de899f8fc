package io.sparkserving.options;

import java.util.Arrays;

/** Which host keys of a gateway are believed, option {@code forwarding.hostKeyChecking}. */
public enum HostKeyChecking {
  /** Only host keys that are known. */
  STRICT("strict"),
  /** The first host key of a gateway of which none is known, and only that key from then on. */
  ACCEPT_NEW("acceptNew"),
  /** All host keys. */
  OFF("off");

  private final String text;

  HostKeyChecking(String text) {
    this.text = text;
  }

  static HostKeyChecking parse(String given) {
    return Arrays.stream(values())
        .filter(value -> value.text.equalsIgnoreCase(given))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(given));
  }
}
