package io.sparkserving.distributed.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A server that answers one small request on each connection, then closes it. */
final class OneAnswer {
  private OneAnswer() {}

  /** Until the socket is closed. */
  static void serve(ServerSocket listening, String text) {
    while (true) {
      try (Socket socket = listening.accept()) {
        readRequest(socket.getInputStream());
        socket.getOutputStream().write(answer(text));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static byte[] answer(String text) {
    return "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(text.length(), text)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void readRequest(InputStream input) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = input.read();
      if (next < 0) {
        return;
      }
      head.append((char) next);
    }
    String lower = head.toString().toLowerCase(Locale.ROOT);
    int at = lower.indexOf("content-length: ");
    if (at >= 0) {
      int end = lower.indexOf('\r', at);
      input.readNBytes(Integer.parseInt(lower.substring(at + 16, end)));
    }
  }
}
