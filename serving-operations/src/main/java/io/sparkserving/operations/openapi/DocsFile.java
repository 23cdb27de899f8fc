package io.sparkserving.operations.openapi;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A file of the page to try a service: of this module, or of the webjar of Swagger UI. Nothing
 * comes from elsewhere, and a header tells the browser to see to that.
 *
 * @param asked the path below that of the service
 * @param mediaType as sent
 * @param resource where it lies, from the root of the class path or beside this class
 */
record DocsFile(String asked, String mediaType, String resource) {
  private static final String WEBJAR = "/META-INF/resources/webjars/swagger-ui/" + version() + "/";

  private static final Header POLICY =
      new Header(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
              + " data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors"
              + " 'none'");

  private static final List<DocsFile> ALL =
      List.of(
          new DocsFile("/docs", "text/html; charset=utf-8", "docs.html"),
          new DocsFile("/docs/docs.js", "text/javascript; charset=utf-8", "docs.js"),
          new DocsFile(
              "/docs/swagger-ui.css", "text/css; charset=utf-8", WEBJAR + "swagger-ui.css"),
          new DocsFile(
              "/docs/swagger-ui-bundle.js",
              "text/javascript; charset=utf-8",
              WEBJAR + "swagger-ui-bundle.js"));

  static @Nullable DocsFile find(String asked) {
    return ALL.stream().filter(file -> file.asked.equals(asked)).findFirst().orElse(null);
  }

  /** Returns the file, read anew, as hardly anybody asks twice. Blocks while the jar is read. */
  ReplyMessage reply() {
    List<Header> headers =
        List.of(
            new Header("Content-Type", mediaType),
            new Header("Cache-Control", "max-age=3600"),
            new Header("X-Content-Type-Options", "nosniff"),
            POLICY);
    return new ReplyMessage(200, headers, read(resource));
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
