package io.sparkserving.forwarding.ssh;

import java.nio.file.Path;

/** Paths as users write them. */
final class HomeFolder {
  private HomeFolder() {}

  /** Returns the path, with {@code ~} for the home folder of whoever runs this JVM. */
  static Path path(String text) {
    return text.equals("~") || text.startsWith("~/")
        ? Path.of(System.getProperty("user.home") + text.substring(1))
        : Path.of(text);
  }
}
