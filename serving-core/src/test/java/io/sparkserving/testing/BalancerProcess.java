package io.sparkserving.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A load balancer that runs, until it is closed. */
public final class BalancerProcess implements AutoCloseable {
  private final Process process;
  private final Path output;
  private final int port;

  private BalancerProcess(Process process, Path output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  /** A program of the path, or of where distributions put what administrators run. */
  public static Optional<Path> find(String program) {
    String path = System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin";
    return Stream.of(path.split(File.pathSeparator))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A port that was free a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /** Returns when the port takes connections. */
  public static BalancerProcess start(List<String> command, Path folder, int port)
      throws IOException {
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    BalancerProcess balancer = new BalancerProcess(process, output, port);
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .failFast(() -> assertThat(process.isAlive()).withFailMessage(balancer::output).isTrue())
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              balancer.connect().close();
              return true;
            });
    return balancer;
  }

  private String output() {
    try {
      return process + " ended: " + Files.readString(output, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return port;
  }

  public RawHttp connect() throws IOException {
    return RawHttp.connect("127.0.0.1", port);
  }

  /** One request on a connection of its own. */
  public RawResponse call(RawRequest request) throws IOException {
    try (RawHttp http = connect()) {
      return http.call(request);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
