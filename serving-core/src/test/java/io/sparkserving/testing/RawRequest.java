package io.sparkserving.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An HTTP/1 request as the bytes that travel. Only what is named here is sent: a {@code Host}
 * header, the given headers in their order, and for {@link #body} a {@code Content-Length}.
 */
public record RawRequest(
    String method, String target, String version, List<RawHeader> headers, byte[] framedBody) {

  private static final byte[] NOTHING = new byte[0];

  public static RawRequest of(String method, String target) {
    return new RawRequest(
        method, target, "HTTP/1.1", List.of(new RawHeader("Host", "localhost")), NOTHING);
  }

  public static RawRequest get(String target) {
    return of("GET", target);
  }

  public static RawRequest post(String target, byte[] body) {
    return of("POST", target).body(body);
  }

  public static RawRequest post(String target, String body) {
    return post(target, body.getBytes(StandardCharsets.UTF_8));
  }

  public RawRequest header(String name, String value) {
    List<RawHeader> more = new ArrayList<>(headers);
    more.add(new RawHeader(name, value));
    return new RawRequest(method, target, version, List.copyOf(more), framedBody);
  }

  /** The same request as HTTP/1.0. */
  public RawRequest http10() {
    return new RawRequest(method, target, "HTTP/1.0", headers, framedBody);
  }

  public RawRequest body(byte[] body) {
    RawRequest framed = header("Content-Length", Integer.toString(body.length));
    return new RawRequest(method, target, version, framed.headers, body);
  }

  /** The body in chunks of at most the given size. */
  public RawRequest chunked(byte[] body, int chunkSize) {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream(body.length + 64);
    for (int start = 0; start < body.length; start += chunkSize) {
      int length = Math.min(chunkSize, body.length - start);
      chunks.writeBytes(latin1(Integer.toHexString(length) + "\r\n"));
      chunks.write(body, start, length);
      chunks.writeBytes(latin1("\r\n"));
    }
    chunks.writeBytes(latin1("0\r\n\r\n"));
    RawRequest framed = header("Transfer-Encoding", "chunked");
    return new RawRequest(method, target, version, framed.headers, chunks.toByteArray());
  }

  /** Request line and headers, with the empty line that ends them. */
  public byte[] head() {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(' ').append(version).append("\r\n");
    headers.forEach(
        header -> head.append(header.name()).append(": ").append(header.value()).append("\r\n"));
    return latin1(head.append("\r\n").toString());
  }

  public byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream(framedBody.length + 256);
    all.writeBytes(head());
    all.writeBytes(framedBody);
    return all.toByteArray();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
