package io.sparkserving.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The documents of the project, parts of which come from the code. */
public final class Documents {
  private static final Path FOLDER = Path.of("..", "docs");

  private Documents() {}

  /**
   * What stands in a document between the comments {@code <!-- section -->} and {@code <!-- end
   * -->}.
   */
  public static String section(String document, String section) throws IOException {
    String text = Files.readString(FOLDER.resolve(document));
    String begin = "<!-- " + section + " -->\n";
    int from = text.indexOf(begin) + begin.length();
    return text.substring(from, text.indexOf("<!-- end -->", from));
  }
}
