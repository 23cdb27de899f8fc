package io.sparkserving.forwarding.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** OpenSSH's own server on a port of this machine, as an ordinary process with its own keys. */
final class SshServer implements AutoCloseable {
  private static final Path SSHD = Path.of("/usr/sbin/sshd");

  private final Path folder;
  private final List<String> settings;
  private final int port;
  private @Nullable Process process;

  private SshServer(Path folder, List<String> settings) throws IOException {
    this.folder = folder;
    this.settings = settings;
    this.port = freePort();
  }

  /** The settings, if any, win over those here. Makes the user's key, unless it is there. */
  static SshServer start(Path folder, String... settings) throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(SSHD), SSHD + " is missing: install openssh-server");
    // Where sshd wants its unprivileged half to live, when root starts it.
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd"));
    }
    SshServer server = new SshServer(Files.createDirectories(folder), List.of(settings));
    Files.createDirectories(server.keys());
    if (!Files.exists(server.keys().resolve("id_ed25519"))) {
      server.addUserKey("id_ed25519", "-t", "ed25519");
    }
    server.makeHostKey("ed25519");
    server.run();
    return server;
  }

  /** Makes a key pair that the server lets in; the arguments are ssh-keygen's. */
  void addUserKey(String name, String... arguments) throws Exception {
    makeKey(keys().resolve(name), "", arguments);
    admit(name);
  }

  /** Lets in whoever has this key. */
  void admit(String name) throws IOException {
    Path authorized = folder.resolve("authorized_keys");
    String before = Files.exists(authorized) ? Files.readString(authorized) : "";
    Files.writeString(authorized, before + Files.readString(keys().resolve(name + ".pub")));
  }

  static void makeKey(Path file, String password, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-N", password, "-f"));
    command.add(file.toString());
    command.addAll(List.of(arguments));
    Process made = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(made.getInputStream().readAllBytes(), UTF_8);
    assertThat(made.waitFor()).as(output).isZero();
  }

  /** The key that the server shows, from its next start on. */
  void makeHostKey(String type) throws Exception {
    Files.deleteIfExists(folder.resolve("host_key"));
    Files.deleteIfExists(folder.resolve("host_key.pub"));
    makeKey(folder.resolve("host_key"), "", "-t", type);
  }

  /** A line of known hosts. */
  String knownHosts() throws IOException {
    return "[127.0.0.1]:%d %s".formatted(port, Files.readString(folder.resolve("host_key.pub")));
  }

  /** Where the user's private keys are. */
  Path keys() {
    return folder.resolve("keys");
  }

  int port() {
    return port;
  }

  void run() throws IOException {
    List<String> lines = new ArrayList<>(settings);
    lines.addAll(
        List.of(
            "ListenAddress 127.0.0.1",
            "Port " + port,
            "HostKey " + folder.resolve("host_key"),
            "AuthorizedKeysFile " + folder.resolve("authorized_keys"),
            "PidFile none",
            "GatewayPorts clientspecified",
            "StrictModes no",
            "UsePAM no",
            "LogLevel VERBOSE"));
    Path file = Files.write(folder.resolve("sshd_config"), lines);
    Process started =
        new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    process = started;
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .failFast(() -> assertThat(started.isAlive()).as(log()).isTrue())
        .until(() -> isOpen(port));
  }

  /** Kills the server and all that serves connections, as a crash would. */
  void kill() throws InterruptedException {
    Process running = Objects.requireNonNull(process);
    List<ProcessHandle> children = running.descendants().toList();
    running.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    running.waitFor();
  }

  /** Leaves all connections open and says nothing more. */
  void freeze() throws Exception {
    signal("STOP");
  }

  void thaw() throws Exception {
    signal("CONT");
  }

  private void signal(String signal) throws Exception {
    ProcessHandle running = Objects.requireNonNull(process).toHandle();
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    command.add(Long.toString(running.pid()));
    running.descendants().forEach(child -> command.add(Long.toString(child.pid())));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  /** What a service is to be loaded with to be forwarded by this server. */
  Map<String, String> options(int remotePort) throws IOException {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(
        Map.of(
            "forwarding.enabled", "true",
            "forwarding.username", System.getProperty("user.name"),
            "forwarding.sshHost", "127.0.0.1",
            "forwarding.sshPort", Integer.toString(port),
            "forwarding.bindAddress", "127.0.0.1",
            "forwarding.remotePortStart", Integer.toString(remotePort),
            "forwarding.keyDir", keys().toString(),
            "forwarding.knownHosts", knownHosts()));
    return options;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  static boolean isOpen(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
