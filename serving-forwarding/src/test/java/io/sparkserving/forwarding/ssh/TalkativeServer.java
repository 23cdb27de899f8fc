package io.sparkserving.forwarding.ssh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Sends one line every 50 ms of those that an SSH server may send before it says what it is, to one
 * client, for at most ten seconds.
 */
final class TalkativeServer implements AutoCloseable {
  private static final int LINES = 200;

  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private int sent;

  TalkativeServer() throws IOException {
    Future<?> unused = thread.submit(this::accept);
  }

  private Void accept() throws IOException {
    Socket client = server.accept();
    Future<?> unused = thread.scheduleAtFixedRate(() -> talk(client), 0, 50, TimeUnit.MILLISECONDS);
    return null;
  }

  private void talk(Socket client) {
    try {
      sent++;
      if (sent > LINES) {
        client.close();
      }
      client.getOutputStream().write("Please wait\r\n".getBytes(US_ASCII));
    } catch (IOException e) {
      thread.shutdown();
    }
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    thread.shutdownNow();
  }
}
