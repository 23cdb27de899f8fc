package io.sparkserving.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Bytes that no client may send, drawn at random, each attack on a connection of its own. For one
 * thread.
 */
final class Attacks {
  /** In the path of every request that no server may take for one. */
  static final String SMUGGLED = "smuggled";

  private static final int FLOOD = 2_000;
  private static final int PING = 6;
  private static final int CONTINUATION = 9;
  private static final int CANCEL = 8;
  private static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};

  private final int port;
  private final String path;
  private final Random random;
  private final String head;
  private final String smuggled;

  Attacks(int port, String path, Random random) {
    this.port = port;
    this.path = path;
    this.random = random;
    this.head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n";
    this.smuggled = "GET " + path + "/" + SMUGGLED + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  /**
   * One attack of HTTP/1.1.
   *
   * @throws IOException if the server hangs up, or says nothing for a fifth of a second
   */
  void http1() throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoTimeout(200);
      if (random.nextInt(4) == 0) {
        socket.getOutputStream().write(latin1(head + "Content-Length: 4\r\n\r\ngood"));
      }
      socket.getOutputStream().write(badRequest());
      if (random.nextBoolean()) {
        socket.shutdownOutput();
      }
      socket.getInputStream().readNBytes(1 + random.nextInt(400));
    }
  }

  /** A request with a bad length, and more behind it. Safe for several threads. */
  void malformed() throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      socket.setSoTimeout(200);
      socket.getOutputStream().write(latin1(head + "Content-Length: -1\r\n\r\n" + smuggled));
      socket.getInputStream().readNBytes(100);
    }
  }

  private byte[] badRequest() throws IOException {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> smuggling();
      case 3 -> latin1(head + name() + ": attack\r\n\r\n");
      case 4 -> latin1(head + "X: " + "x".repeat(random.nextInt(1 << 16)) + "\r\n\r\n");
      case 5 -> latin1((head + "Content-Length: 6\r\n\r\nattack").repeat(1 + random.nextInt(50)));
      case 6 -> bomb();
      default -> noise(2_000);
    };
  }

  /** A request whose end is a matter of opinion, and behind it what might be another. */
  private byte[] smuggling() {
    String ended = "\r\n\r\n0\r\n\r\n" + smuggled;
    String request =
        switch (random.nextInt(12)) {
          case 0 -> "Content-Length: 4\r\nTransfer-Encoding: chunked" + ended;
          case 1 -> "Transfer-Encoding: chunked\r\nContent-Length: 4" + ended;
          case 2 -> "Content-Length: 6\r\nContent-Length: 90\r\n\r\nattack" + smuggled;
          case 3 -> "Transfer-Encoding: xchunked" + ended;
          case 4 -> "Transfer-Encoding:\u000bchunked" + ended;
          case 5 -> "Transfer-Encoding : chunked" + ended;
          case 6 -> "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + smuggled;
          case 7 -> "Transfer-Encoding: chunked\r\n\r\n5;" + name() + "\r\nattack" + smuggled;
          case 8 -> "Content-Length: -1\r\n\r\n" + smuggled;
          case 9 -> "Content-Length: +6\r\n\r\nattack" + smuggled;
          case 10 -> "Content-Length: 6, 6\r\n\r\nattack" + smuggled;
          default -> "Content-Length: " + smuggled.length() + "\r\n\r\n" + smuggled;
        };
    return latin1(head + request);
  }

  private String name() {
    byte[] name = new byte[1 + random.nextInt(30)];
    random.nextBytes(name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private byte[] noise(int limit) {
    byte[] noise = new byte[random.nextInt(limit)];
    random.nextBytes(noise);
    return noise;
  }

  private byte[] bomb() throws IOException {
    byte[] bomb = Gzip.compress(new byte[random.nextInt(20 << 20)]);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(
        latin1(head + "Content-Encoding: gzip\r\nContent-Length: " + bomb.length + "\r\n\r\n"));
    request.writeBytes(bomb);
    return request.toByteArray();
  }

  /**
   * One attack of HTTP/2.
   *
   * @throws IOException if the server hangs up
   */
  void http2() throws IOException {
    try (RawHttp2 http = RawHttp2.connect(port)) {
      switch (random.nextInt(10)) {
        case 0 -> resetRapidly(http);
        case 1 -> {
          http.send(RawHttp2.HEADERS, 0, 1, new byte[0]);
          flood(http, RawHttp2.frame(CONTINUATION, 0, 1, new byte[0]));
        }
        case 2 -> flood(http, RawHttp2.frame(PING, 0, 0, new byte[8]));
        case 3 -> flood(http, RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, new byte[0]));
        case 4 -> {
          http.beginPost(1, path);
          flood(http, RawHttp2.frame(RawHttp2.DATA, 0, 1, new byte[0]));
        }
        case 5 -> {
          for (int stream = 1; stream < 400; stream += 2) {
            http.beginPost(stream, path);
          }
        }
        case 6 -> {
          http.send(RawHttp2.SETTINGS, 0, 0, NO_WINDOW);
          for (int stream = 1; stream < 200; stream += 2) {
            http.post(stream, path, "attack");
          }
        }
        case 7 -> {
          Map<String, String> headers = new LinkedHashMap<>();
          headers.put(":path", path);
          headers.put("transfer-encoding", "chunked");
          headers.put(":method", "attack");
          http.send(RawHttp2.HEADERS, 5, 1, RawHttp2.headerBlock(headers));
        }
        case 8 -> http.send(RawHttp2.WINDOW_UPDATE, 0, 0, RawHttp2.number(Integer.MAX_VALUE));
        default -> {
          int type = random.nextInt(256);
          http.send(type, random.nextInt(256), random.nextInt(10), noise(500));
        }
      }
      http.read();
    }
  }

  private void resetRapidly(RawHttp2 http) throws IOException {
    for (int stream = 1; stream < 2 * FLOOD; stream += 2) {
      http.post(stream, path, "attack");
      http.send(RawHttp2.RST_STREAM, 0, stream, RawHttp2.number(CANCEL));
    }
  }

  private static void flood(RawHttp2 http, byte[] frame) throws IOException {
    for (int i = 0; i < FLOOD; i++) {
      http.send(frame);
    }
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
