package io.sparkserving.server.steps;

import io.sparkserving.exchange.Problems;
import io.sparkserving.exchange.ReplyMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.jspecify.annotations.Nullable;

/**
 * Checks a body against the charset that its Content-Type names. Spark's own decoding of wide
 * charsets fails the task on malformed text, so such a body must not get that far.
 */
final class BodyCharset {
  private static final Set<Charset> NEVER_FAIL =
      Set.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII, StandardCharsets.ISO_8859_1);

  private BodyCharset() {}

  /** Returns the answer to a body that is not in the charset that the headers name, or null. */
  static @Nullable ReplyMessage findProblem(HttpFields headers, byte[] body) {
    HttpField contentType = headers.getField(HttpHeader.CONTENT_TYPE);
    String name =
        contentType == null ? null : MimeTypes.getCharsetFromContentType(contentType.getValue());
    if (name == null) {
      return null;
    }
    try {
      Charset charset = Charset.forName(name);
      if (!NEVER_FAIL.contains(charset)) {
        charset.newDecoder().decode(ByteBuffer.wrap(body));
      }
      return null;
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Problems.unknownCharset(name);
    } catch (CharacterCodingException e) {
      return Problems.malformedText(name);
    }
  }
}
