package io.sparkserving.options;

import java.util.Arrays;

/** Which host keys of a gateway are believed. */
public enum HostKeyChecking {
  /** Only those that are known. */
  STRICT("strict"),
  /** Any key of a gateway of which none is known, and only that one from then on. */
  ACCEPT_NEW("acceptNew"),
  /** All of them. */
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
