package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;

/** A driver program in a JVM of its own, which can be killed. */
public final class DriverProcess implements AutoCloseable {

  private final Process process;
  private final Path output;

  private DriverProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts a main class on this JVM's class path; what it prints goes to a file in the folder. */
  public static DriverProcess start(Path folder, Class<?> mainClass, String... arguments)
      throws IOException {
    return start(folder, List.of(), mainClass, arguments);
  }

  /** Starts a main class that may have so many descriptors open, for files and connections. */
  public static DriverProcess startWithDescriptors(
      int most, Path folder, Class<?> mainClass, String... arguments) throws IOException {
    String limited = "ulimit -n " + most + " && exec \"$@\"";
    return start(folder, List.of("sh", "-c", limited, "sh"), mainClass, arguments);
  }

  private static DriverProcess start(
      Path folder, List<String> before, Class<?> mainClass, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.add("-Xmx512m");
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass.getName()));
    command.addAll(List.of(arguments));
    String sparkHome = System.getenv("SPARK_HOME");
    if (sparkHome != null) {
      // A local-cluster looks for it before it starts executors.
      Files.createDirectories(Path.of(sparkHome, "jars"));
    }
    Files.createDirectories(folder);
    Path output = Files.createTempFile(folder, "driver", ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new DriverProcess(process, output);
  }

  /** Waits until the program has printed the line. */
  public void awaitLine(String line) {
    await()
        .atMost(Duration.ofMinutes(5))
        .failFast(
            () -> {
              assertThat(process.isAlive()).as("%s", read()).isTrue();
            })
        .untilAsserted(() -> assertThat(read().lines()).contains(line));
  }

  /** Ends the process as kill -9 does. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new IllegalStateException("Cannot kill process " + process.pid());
    }
  }

  /** Ends one of the executors that the process has started, as kill -9 does. */
  public void killChild(Random random) {
    List<ProcessHandle> executors =
        process
            .descendants()
            .filter(each -> each.info().commandLine().orElse("").contains("CoarseGrainedExecutor"))
            .toList();
    if (!executors.isEmpty()) {
      executors.get(random.nextInt(executors.size())).destroyForcibly();
    }
  }

  /** Stops the process as kill -STOP does: it is there, but does nothing. */
  public void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** Lets a frozen process go on, as kill -CONT does. */
  public void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    Process sender = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
    if (sender.waitFor() != 0) {
      throw new IllegalStateException("Cannot send %s to %d".formatted(signal, process.pid()));
    }
  }

  /** Ends the process as kill does, and returns its exit status. */
  public int terminate() throws InterruptedException {
    process.destroy();
    return awaitEnd();
  }

  /** Waits until the process has ended, and returns its exit status. */
  public int awaitEnd() throws InterruptedException {
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      throw new IllegalStateException("Process " + process.pid() + " does not end");
    }
    return process.exitValue();
  }

  public String read() throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
