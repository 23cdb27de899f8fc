package io.sparkserving.columns;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The two parts of a body: a text, and the bytes that follow it.
 *
 * @param text which is UTF-8
 * @param rest from its position to its limit; nobody else has that buffer
 */
record BodyParts(String text, ByteBuffer rest) {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /**
   * Takes a body apart where a header says that it has two parts.
   *
   * @param text of all the body
   * @param header which has the bytes of the first part; null if no body has two
   * @throws IllegalArgumentException if that is not a number of bytes that the body has
   */
  static BodyParts of(String text, Row request, @Nullable String header) {
    List<String> lengths = header == null ? List.of() : RequestMembers.headers(request, header);
    byte[] content = RequestValues.content(request);
    if (lengths.isEmpty() || content == null) {
      return new BodyParts(text, NOTHING.duplicate());
    }
    String length = lengths.get(0).strip();
    // No array is longer than ten digits say.
    long bytes = length.matches("\\d{1,10}") ? Long.parseLong(length) : Long.MAX_VALUE;
    if (lengths.size() > 1 || bytes > content.length) {
      throw new IllegalArgumentException(
          "The header '%s' is \"%s\", expected how many of the body's %d bytes are JSON."
              .formatted(
                  header, RequestMembers.bounded(String.join(", ", lengths)), content.length));
    }
    int end = (int) bytes;
    return new BodyParts(
        new String(content, 0, end, StandardCharsets.UTF_8),
        ByteBuffer.wrap(content, end, content.length - end).slice().asReadOnlyBuffer());
  }
}
