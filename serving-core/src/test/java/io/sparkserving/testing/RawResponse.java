package io.sparkserving.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** An HTTP/1 response as received; the body without its chunk framing. */
public record RawResponse(
    String version, int status, String reason, List<RawHeader> headers, byte[] body) {

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** The first header of this name, in any case. */
  public Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  /** All headers of this name, in any case, in the order received. */
  public List<String> headers(String name) {
    return headers.stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(RawHeader::value)
        .toList();
  }

  @Override
  public String toString() {
    String text = text();
    String excerpt = text.length() > 200 ? text.substring(0, 200) + "..." : text;
    return version + " " + status + " " + headers + " " + excerpt;
  }
}
