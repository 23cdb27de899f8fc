package io.sparkserving.operations.balancing;

import io.sparkserving.server.ServerInfo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes requests, and closes their connections without an answer. */
final class BreakingServer implements AutoCloseable {
  private final ServerSocket socket;
  private final AtomicInteger requests = new AtomicInteger();

  BreakingServer() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    Thread thread = new Thread(this::takeAll, "breaking-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void takeAll() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        takeRequest(connection);
      } catch (IOException e) {
        // Closed, by the test or by a health check that only connects.
        continue;
      }
    }
  }

  private void takeRequest(Socket connection) throws IOException {
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
    int length = 0;
    String line = reader.readLine();
    if (line == null) {
      return;
    }
    for (; line != null && !line.isEmpty(); line = reader.readLine()) {
      if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(line.substring(15).strip());
      }
    }
    for (int i = 0; i < length; i++) {
      reader.read();
    }
    requests.incrementAndGet();
  }

  ServerInfo info() {
    return NamedServer.info(socket.getLocalPort());
  }

  int requests() {
    return requests.get();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
