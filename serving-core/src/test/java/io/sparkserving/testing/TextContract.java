package io.sparkserving.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bodies as text, in the charset that they name. */
interface TextContract extends ContractServices {

  @Test
  default void aBodyIsDecodedByTheCharsetThatItNames() throws Exception {
    try (LiveService service = serve("charsets", Pipelines::bodyText);
        RawHttp http = service.connect()) {
      decodes(http, "text/plain", "é € 😀", UTF_8);
      decodes(http, "text/plain; charset=utf-8", "é € 😀", UTF_8);
      decodes(http, "text/plain; charset=\"UTF-8\"", "é € 😀", UTF_8);
      decodes(http, "text/plain;CHARSET=Utf-8", "é € 😀", UTF_8);
      decodes(http, "text/plain; charset=us-ascii", "plain", UTF_8);
      decodes(http, "text/plain; charset=ISO-8859-1", "é ÿ", ISO_8859_1);
      decodes(http, "text/plain; charset=\"iso-8859-1\"; x=y", "é ÿ", ISO_8859_1);
      decodes(http, "text/plain; charset=UTF-16", "é € 😀", UTF_16);
      decodes(http, "text/plain; charset=utf-16be", "é € 😀", UTF_16BE);
      decodes(http, "text/plain; x=y; charset=\"UTF-16LE\"", "é € 😀", UTF_16LE);
    }
  }

  private static void decodes(RawHttp http, String contentType, String text, Charset charset)
      throws Exception {
    RawResponse response = http.call(typed("/charsets", contentType, text.getBytes(charset)));
    assertThat(response.status()).as("status for %s", contentType).isEqualTo(200);
    assertThat(response.text()).as("text for %s", contentType).isEqualTo(text);
    assertThat(response.header("Content-Type").orElseThrow())
        .isEqualToIgnoringCase("text/plain; charset=utf-8");
  }

  private static RawRequest typed(String target, String contentType, byte[] body) {
    return RawRequest.post(target, body).header("Content-Type", contentType);
  }

  @Test
  default void jsonIsDecodedByTheCharsetThatItNames() throws Exception {
    try (LiveService service = serve("json_charsets", Pipelines::fooLength)) {
      for (Charset charset : List.of(UTF_8, ISO_8859_1, UTF_16)) {
        byte[] body = "{\"foo\":\"éé\",\"bar\":1}".getBytes(charset);
        String contentType = "application/json; charset=" + charset;
        assertThat(service.call(typed("/json_charsets", contentType, body)).text())
            .as("answer for %s", charset)
            .isEqualTo("{\"fooLength\":2}");
      }
    }
  }

  @Test
  default void anUnknownCharsetIsAnswered415() throws Exception {
    try (LiveService service = serve("unknown_charsets", Pipelines::bodyText)) {
      for (String charset : List.of("klingon", "\"utf 8\"", "?")) {
        RawRequest request =
            typed("/unknown_charsets", "text/plain; charset=" + charset, new byte[] {1});
        Json.problem(service.call(request), 415);
      }
      assertThat(service.post("next").text()).isEqualTo("next");
    }
  }

  @Test
  default void textThatIsMalformedInItsWideCharsetIsAnswered400() throws Exception {
    try (LiveService service = serve("malformed", Pipelines::bodyText)) {
      String wide = "text/plain; charset=UTF-16BE";
      byte[] loneSurrogate = {(byte) 0xd8, 0x3d};
      Json.problem(service.call(typed("/malformed", wide, new byte[] {0})), 400);
      Json.problem(service.call(typed("/malformed", wide, loneSurrogate)), 400);
      assertThat(service.post("next").text()).isEqualTo("next");
    }
  }

  @Test
  default void aBodyThatIsNotUtf8DoesNotHarmTheQuery() throws Exception {
    byte[] invalid = {'{', (byte) 0xc3, 0x28, (byte) 0xff, (byte) 0xed, (byte) 0xa0, (byte) 0x80};
    try (LiveService text = serve("invalid_text", Pipelines::bodyText);
        LiveService json = serve("invalid_json", Pipelines::fooLength);
        LiveService bytes = serve("invalid_bytes", Pipelines::echo)) {
      assertThat(text.call(RawRequest.post("/invalid_text", invalid)).status()).isEqualTo(200);
      assertThat(text.post("next").text()).isEqualTo("next");
      Json.problem(json.call(RawRequest.post("/invalid_json", invalid)), 400);
      assertThat(json.post("{\"foo\":\"\"}").text()).isEqualTo("{\"fooLength\":0}");
      assertThat(bytes.call(RawRequest.post("/invalid_bytes", invalid)).body()).isEqualTo(invalid);
    }
  }
}
