package io.sparkserving.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One connection of HTTP/2 in plain text, begun with it (prior knowledge), as bare frames. It
 * decodes no header: of an answer it knows only whether it is a 200. For one thread. Reading gives
 * up after 30 seconds without a byte.
 */
public final class RawHttp2 implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;

  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;

  private static final int STATUS_200_INDEXED = 0x88;
  private static final int LARGE_WINDOW = 1 << 30;

  /** What a server sent on one stream. */
  public record Answer(boolean isOk, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** A frame as it travels. */
  public record Frame(int type, int flags, int stream, byte[] payload) {}

  private final Socket socket;
  private final DataInputStream input;

  private RawHttp2(Socket socket) throws IOException {
    this.socket = socket;
    this.input = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
  }

  /** Connects, and says what HTTP/2 wants to be said first. */
  public static RawHttp2 connect(int port) throws IOException {
    Socket socket = new Socket("localhost", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
    RawHttp2 http = new RawHttp2(socket);
    http.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    http.send(SETTINGS, 0, 0, new byte[0]);
    http.send(WINDOW_UPDATE, 0, 0, number(LARGE_WINDOW));
    return http;
  }

  public RawHttp2 send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** One frame, whatever it says. */
  public RawHttp2 send(int type, int flags, int stream, byte[] payload) throws IOException {
    return send(frame(type, flags, stream, payload));
  }

  /** One frame, whatever it says. */
  public static byte[] frame(int type, int flags, int stream, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 9);
    frame.write(payload.length >> 16);
    frame.write(payload.length >> 8);
    frame.write(payload.length);
    frame.write(type);
    frame.write(flags);
    frame.writeBytes(number(stream));
    frame.writeBytes(payload);
    return frame.toByteArray();
  }

  public static byte[] number(int number) {
    return new byte[] {
      (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
    };
  }

  /** A POST; client streams have odd numbers that go up. */
  public RawHttp2 post(int stream, String path, String body) throws IOException {
    return beginPost(stream, path).endPost(stream, body);
  }

  /** The headers alone: the server knows the stream from here on. */
  public RawHttp2 beginPost(int stream, String path) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":method", "POST");
    headers.put(":scheme", "http");
    headers.put(":authority", "localhost");
    headers.put(":path", path);
    return send(HEADERS, END_HEADERS, stream, headerBlock(headers));
  }

  /** The body. */
  public RawHttp2 endPost(int stream, String body) throws IOException {
    return send(DATA, END_STREAM, stream, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Headers without compression: names and values of up to 126 bytes. */
  public static byte[] headerBlock(Map<String, String> headers) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    headers.forEach(
        (name, value) -> {
          block.write(0);
          block.write(name.length());
          block.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
          block.write(value.length());
          block.writeBytes(value.getBytes(StandardCharsets.ISO_8859_1));
        });
    return block.toByteArray();
  }

  /** The next frame; settings are acknowledged on the way. */
  public Frame read() throws IOException {
    int first = input.readUnsignedByte();
    int length = first << 16 | input.readUnsignedShort();
    int type = input.readUnsignedByte();
    int flags = input.readUnsignedByte();
    int stream = input.readInt();
    byte[] payload = input.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("Connection ended within a frame");
    }
    if (type == SETTINGS && flags == 0) {
      send(SETTINGS, ACK, 0, new byte[0]);
    }
    return new Frame(type, flags, stream, payload);
  }

  /**
   * Reads until that many streams have their whole answer.
   *
   * @return the answers in the order of their streams
   * @throws IOException if the server resets a stream or ends the connection
   */
  public List<Answer> readAnswers(int count) throws IOException {
    Map<Integer, Boolean> isOk = new LinkedHashMap<>();
    Map<Integer, ByteArrayOutputStream> bodies = new LinkedHashMap<>();
    SortedMap<Integer, Answer> answers = new TreeMap<>();
    while (answers.size() < count) {
      Frame frame = read();
      if (frame.type == RST_STREAM || frame.type == GOAWAY) {
        throw new IOException("Refused: " + frame);
      }
      if (frame.type == HEADERS) {
        isOk.put(frame.stream, isOk(frame.payload));
        bodies.put(frame.stream, new ByteArrayOutputStream());
      } else if (frame.type == DATA) {
        bodies.get(frame.stream).writeBytes(frame.payload);
      }
      boolean isLast = (frame.flags & END_STREAM) != 0;
      if (isLast && (frame.type == HEADERS || frame.type == DATA)) {
        byte[] body = bodies.get(frame.stream).toByteArray();
        answers.put(frame.stream, new Answer(isOk.get(frame.stream), body));
      }
    }
    return List.copyOf(answers.values());
  }

  /** The status comes first, but for a change of the table's size. */
  private static boolean isOk(byte[] headers) {
    int at = 0;
    if ((headers[at] & 0xe0) == 0x20) {
      boolean isLong = (headers[at] & 0x1f) == 0x1f;
      at++;
      while (isLong) {
        isLong = headers[at] < 0;
        at++;
      }
    }
    return (headers[at] & 0xff) == STATUS_200_INDEXED;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
