package io.sparkserving.protocols;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassingBodyTest {
  private static final byte[] TEXT = "{\"id\":\"7\"} and more".getBytes(StandardCharsets.UTF_8);

  private static PassingBody body(long most) {
    return PassingBody.of(HttpFields.build().put("Content-Encoding", "gzip"), most);
  }

  /** A member of gzip, with a header of these flags and what they announce. */
  private static byte[] gzip(String flags, String announced) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(HexFormat.of().parseHex("1f8b08" + flags + "000000000003" + announced));
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    deflater.setInput(TEXT);
    deflater.finish();
    byte[] piece = new byte[100];
    all.write(piece, 0, deflater.deflate(piece));
    deflater.end();
    CRC32 checksum = new CRC32();
    checksum.update(TEXT);
    for (long number : new long[] {checksum.getValue(), TEXT.length}) {
      for (int shift = 0; shift < 32; shift += 8) {
        all.write((int) (number >> shift));
      }
    }
    return all.toByteArray();
  }

  private static byte[] passed(PassingBody body, byte[] sent, int size) throws IOException {
    ByteArrayOutputStream passed = new ByteArrayOutputStream();
    for (int start = 0; start < sent.length; start += size) {
      ByteBuffer piece = ByteBuffer.wrap(sent, start, Math.min(size, sent.length - start));
      body.pass(piece, (bytes, length) -> passed.write(bytes, 0, length));
    }
    body.end();
    return passed.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "00,''",
    "04,0300616263",
    "08,6e616d6500",
    "10,7300",
    "02,abcd",
    "1e,0200ffff610063007f7f",
    "01,''"
  })
  void headersOfGzipAreReadPast(String flags, String announced) throws IOException {
    byte[] sent = gzip(flags, announced);
    for (int size : new int[] {1, 3, sent.length}) {
      assertThat(passed(body(1000), sent, size)).isEqualTo(TEXT);
    }
  }

  @Test
  void whatIsNotCompressedPassesAsItIs() throws IOException {
    PassingBody plain = PassingBody.of(HttpFields.EMPTY, 1000);
    assertThat(passed(plain, TEXT, 4)).isEqualTo(TEXT);
    assertThat(passed(PassingBody.of(HttpFields.EMPTY, 5), TEXT, 4)).hasSize(5);
  }

  @Test
  void whatIsNoGzipIsSaid() {
    byte[] sent = HexFormat.of().parseHex("1f8b0800000000000003" + "ffffffff");
    assertThatIOException().isThrownBy(() -> passed(body(1000), sent, 100));
  }
}
