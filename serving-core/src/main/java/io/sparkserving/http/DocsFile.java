package io.sparkserving.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A file of the page to try a service: ours, or of the webjar of Swagger UI.
 *
 * @param asked the path below that of the page
 * @param mediaType as sent
 * @param resource where it lies, from the root of the class path or beside this class
 */
record DocsFile(String asked, String mediaType, String resource) {
  private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/" + version() + "/";

  private static final List<DocsFile> ALL =
      List.of(
          new DocsFile("", "text/html; charset=utf-8", "docs.html"),
          new DocsFile("/docs.js", "text/javascript; charset=utf-8", "docs.js"),
          new DocsFile("/swagger-ui.css", "text/css; charset=utf-8", WEBJAR + "swagger-ui.css"),
          new DocsFile(
              "/swagger-ui-bundle.js",
              "text/javascript; charset=utf-8",
              WEBJAR + "swagger-ui-bundle.js"));

  static @Nullable DocsFile find(String asked) {
    return ALL.stream().filter(file -> file.asked.equals(asked)).findFirst().orElse(null);
  }

  /** Its bytes, read anew: hardly anybody asks for them twice. */
  byte[] read() {
    return read(resource);
  }

  private static byte[] read(String resource) {
    try (InputStream file = open(resource)) {
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + resource, e);
    }
  }

  private static InputStream open(String resource) {
    InputStream file = DocsFile.class.getResourceAsStream(resource);
    if (file == null) {
      throw new IllegalStateException("Missing " + resource + " in the jar of Spark Serving");
    }
    return file;
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream file = open("docs.properties")) {
      properties.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read docs.properties", e);
    }
    return properties.getProperty("swagger-ui.version");
  }
}
