package io.sparkserving.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameInputTest {
  private final FrameInput input = new FrameInput(8 << 20);

  private static byte[] frame(byte kind, byte[] payload) {
    ByteBuffer frame =
        ByteBuffer.allocate(Frames.HEADER_BYTES + payload.length).order(ByteOrder.LITTLE_ENDIAN);
    return frame.putInt(payload.length).putInt(kind).put(payload).array();
  }

  /** Reads a frame that arrives byte by byte. */
  @Test
  void aFrameMayArriveInPieces() throws IOException {
    byte[] bytes = frame(Frames.FAILED, "näin".getBytes(StandardCharsets.UTF_8));
    List<InputStream> pieces = new ArrayList<>();
    for (byte one : bytes) {
      pieces.add(new ByteArrayInputStream(new byte[] {one}));
    }
    InputStream slow = new SequenceInputStream(Collections.enumeration(pieces));
    assertThat(input.read(Channels.newChannel(slow))).isEqualTo(Frames.FAILED);
    assertThat(input.text()).isEqualTo("näin");
  }

  @Test
  void aLargeFrameIsReadWhole() throws IOException {
    byte[] payload = new byte[5 << 20];
    payload[payload.length - 1] = 7;
    byte[] bytes = frame(Frames.RESULT, payload);
    assertThat(input.read(Channels.newChannel(new ByteArrayInputStream(bytes))))
        .isEqualTo(Frames.RESULT);
    assertThat(input.payload().remaining()).isEqualTo(payload.length);
    assertThat(input.payload().get(input.payload().limit() - 1)).isEqualTo((byte) 7);
  }

  @Test
  void aFrameThatEndsEarlyIsInvalid() {
    byte[] bytes = frame(Frames.RESULT, new byte[100]);
    InputStream cut = new ByteArrayInputStream(bytes, 0, 50);
    assertThatThrownBy(() -> input.read(Channels.newChannel(cut))).isInstanceOf(EOFException.class);
  }

  @Test
  void textInPlaceOfAFrameIsInvalid() {
    InputStream text =
        new ByteArrayInputStream("Traceback (most recent".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> input.read(Channels.newChannel(text)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Invalid frame of");
  }
}
