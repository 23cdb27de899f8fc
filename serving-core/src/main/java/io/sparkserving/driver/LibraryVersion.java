package io.sparkserving.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this library, as its build wrote it down. */
public final class LibraryVersion {
  private static final String FILE = "/io/sparkserving/version.properties";

  private LibraryVersion() {}

  /**
   * Reads the version from the library's jar.
   *
   * @throws IllegalStateException if the jar has none
   */
  public static String read() {
    try (InputStream file = LibraryVersion.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException("Missing " + FILE + " in the jar of Spark Serving");
      }
      Properties properties = new Properties();
      properties.load(file);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + FILE, e);
    }
  }
}
