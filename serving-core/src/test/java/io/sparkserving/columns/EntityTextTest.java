package io.sparkserving.columns;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTextTest {

  private static @Nullable String text(byte[] body, @Nullable String contentType) {
    return RequestDataset.of(body, contentType)
        .select(EntityText.of(col("request.entity")))
        .collectAsList()
        .get(0)
        .getString(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "text/plain; charset=utf-8 | UTF-8",
        "text/plain;charset=UTF-8 | UTF-8",
        "text/plain; charset=\"utf-8\" | UTF-8",
        "text/plain; CHARSET = Utf8; q=1 | UTF-8",
        "text/plain; q=1; charset=iso-8859-1 | ISO-8859-1",
        "text/plain; charset=\"Latin1\" | ISO-8859-1",
        "application/json; charset=UTF-16 | UTF-16",
        "application/json; charset=utf-16be | UTF-16BE",
        "application/json; charset=utf-16le | UTF-16LE",
        "application/json; charset=\"UTF-32\" | UTF-32",
        "application/json | UTF-8",
        "text/plain; notcharset=koi8-r | UTF-8",
        "charset | UTF-8"
      })
  void aBodyIsReadInTheCharsetItsContentTypeNames(String contentType, String charset) {
    assertThat(text("grüße".getBytes(Charset.forName(charset)), contentType)).isEqualTo("grüße");
  }

  @Test
  void aBodyWithoutAContentTypeIsUtf8() {
    assertThat(text("grüße".getBytes(StandardCharsets.UTF_8), null)).isEqualTo("grüße");
    assertThat(text(new byte[0], null)).isEmpty();
  }

  @Test
  void asciiIsReadAsUtf8() {
    assertThat(text("plain".getBytes(StandardCharsets.US_ASCII), "a/b; charset=us-ascii"))
        .isEqualTo("plain");
  }

  @Test
  void aCharsetThatIsNotSupportedGivesNull() {
    assertThat(text("x".getBytes(StandardCharsets.UTF_8), "a/b; charset=windows-1252")).isNull();
  }

  @Test
  void aRequestWithoutABodyHasNoText() {
    assertThat(
            RequestDataset.of((@Nullable String) null)
                .select(EntityText.of(col("request.entity")))
                .collectAsList()
                .get(0)
                .isNullAt(0))
        .isTrue();
  }
}
