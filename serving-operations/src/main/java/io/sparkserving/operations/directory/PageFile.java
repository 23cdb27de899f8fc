package io.sparkserving.operations.directory;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.ReplyMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page, from the jar.
 *
 * @param name of the resource
 * @param mediaType of its content
 */
record PageFile(String name, String mediaType) {
  /** All files, by what follows {@code /_serving/} in their paths. */
  private static final Map<String, PageFile> BY_PATH =
      Map.of(
          "", new PageFile("page.html", "text/html; charset=utf-8"),
          "page.js", new PageFile("page.js", "text/javascript; charset=utf-8"),
          "page.css", new PageFile("page.css", "text/css; charset=utf-8"));

  /** All that the page needs is here, and nobody may frame it. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  static @Nullable PageFile find(String path) {
    return BY_PATH.get(path);
  }

  ReplyMessage reply() {
    List<Header> headers =
        List.of(
            new Header("Content-Type", mediaType),
            // The next version's page must not run the script of this one.
            new Header("Cache-Control", "no-cache"),
            new Header("Content-Security-Policy", POLICY),
            new Header("X-Content-Type-Options", "nosniff"),
            new Header("Referrer-Policy", "no-referrer"));
    return new ReplyMessage(200, headers, content());
  }

  private byte[] content() {
    try (InputStream file = PageFile.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("Missing " + name + " in the jar of Spark Serving");
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }
}
