package io.sparkserving.server.steps;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.QuotedQualityCSV;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Lets replies travel as gzip to clients that take it, where that is worth it: text of some length
 * that the query has not compressed itself. Compresses on the thread that replies, such as a
 * task's.
 */
final class CompressionHandler implements Request.Handler {
  private static final int LEAST_BYTES = 1024;
  private static final String GZIP = "gzip";

  private final Request.Handler next;

  CompressionHandler(Request.Handler next) {
    this.next = next;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return next.handle(request, new CompressedResponse(request, response), callback);
  }

  private static boolean takesGzip(Request request) {
    QuotedQualityCSV accepted = new QuotedQualityCSV();
    request
        .getHeaders()
        .getFields(HttpHeader.ACCEPT_ENCODING)
        .forEach(field -> accepted.addValue(field.getValue()));
    // Those with a quality of 0 are left out.
    return accepted.getValues().stream().anyMatch(GZIP::equalsIgnoreCase);
  }

  private static boolean isText(@Nullable String contentType) {
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT);
    return type.startsWith("text/")
        || type.contains("json")
        || type.contains("xml")
        || type.contains("javascript");
  }

  /** Replies come in one write, the last. */
  private static final class CompressedResponse extends Response.Wrapper {
    private CompressedResponse(Request request, Response wrapped) {
      super(request, wrapped);
    }

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
      HttpFields.Mutable headers = getHeaders();
      boolean isWorthIt =
          last
              && !isCommitted()
              && content != null
              && content.remaining() >= LEAST_BYTES
              && !headers.contains(HttpHeader.CONTENT_ENCODING)
              && isText(headers.get(HttpHeader.CONTENT_TYPE));
      if (!isWorthIt) {
        super.write(last, content, callback);
        return;
      }
      headers.add(HttpHeader.VARY, HttpHeader.ACCEPT_ENCODING.asString());
      if (!takesGzip(getRequest())) {
        super.write(true, content, callback);
        return;
      }
      byte[] compressed = compress(BufferUtil.toArray(content));
      headers.put(HttpHeader.CONTENT_ENCODING, GZIP);
      headers.put(HttpHeader.CONTENT_LENGTH, compressed.length);
      super.write(true, ByteBuffer.wrap(compressed), callback);
    }

    private static byte[] compress(byte[] body) {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 2);
      try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
        gzip.write(body);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot compress a reply", e);
      }
      return compressed.toByteArray();
    }
  }
}
