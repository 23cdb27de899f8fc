package io.sparkserving.columns;

import io.sparkserving.columns.RequestValues.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.ByteBufferContentSource;

/** Reads a body of {@code multipart/form-data}, all of which is in memory. */
final class MultipartForm {
  private static final int MOST_PARTS = 1_000;

  private MultipartForm() {}

  /** The parts by name; none if the body is malformed. */
  static Map<String, List<Value>> values(byte[] content, String contentType) {
    Map<String, List<Value>> found = new LinkedHashMap<>();
    String boundary = MultiPart.extractBoundary(contentType);
    if (boundary == null) {
      return found;
    }
    MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
    parser.setMaxParts(MOST_PARTS);
    parser.setMaxMemoryFileSize(-1);
    try (MultiPartFormData.Parts parts =
        parser.parse(new ByteBufferContentSource(ByteBuffer.wrap(content))).join()) {
      for (MultiPart.Part part : parts) {
        if (part.getName() != null) {
          byte[] bytes = bytes(part);
          Value value = new Value(new String(bytes, StandardCharsets.UTF_8), bytes);
          found.computeIfAbsent(part.getName(), name -> new ArrayList<>()).add(value);
        }
      }
      return found;
    } catch (CompletionException e) {
      return Map.of();
    }
  }

  private static byte[] bytes(MultiPart.Part part) {
    try {
      return Content.Source.asByteArrayAsync(part.getContentSource(), -1).join();
    } finally {
      part.close();
    }
  }
}
