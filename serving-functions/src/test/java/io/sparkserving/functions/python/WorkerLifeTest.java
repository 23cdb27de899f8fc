package io.sparkserving.functions.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.exchange.NanoClock;
import io.sparkserving.functions.batch.BatchRunner;
import io.sparkserving.testing.TurnedClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WorkerLifeTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final TurnedClock clock = new TurnedClock();
  private volatile FunctionUse use = FunctionUse.UNKNOWN;
  private final WorkerPools pools =
      new WorkerPools(clock, question -> CompletableFuture.completedFuture(use));
  private final List<String> used = new ArrayList<>();
  private Set<Path> foldersBefore = Set.of();

  @BeforeAll
  static void useTestWorker() {
    TestFunctions.useTestWorker();
  }

  @BeforeEach
  void lookAround() throws IOException {
    await().until(() -> TestFunctions.children().isEmpty());
    foldersBefore = folders();
  }

  @AfterEach
  void nothingIsLeft() {
    used.forEach(pools::stop);
    await().until(() -> TestFunctions.children().isEmpty());
    await().until(() -> folders().equals(foldersBefore));
    await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("serving-function")));
  }

  private static Set<Path> folders() throws IOException {
    Path parent = TemporaryFolders.parent(System.getProperty("java.io.tmpdir"));
    try (Stream<Path> all = Files.list(Files.createDirectories(parent))) {
      return all.filter(path -> path.getFileName().toString().startsWith("ssf"))
          .collect(Collectors.toSet());
    }
  }

  private PythonFunction doubling(String setup, Duration timeout, int workers) {
    PythonFunction function = TestFunctions.doubling(setup, timeout, workers);
    used.add(function.id());
    return function;
  }

  private static List<@Nullable Object> run(BatchRunner runner, double value)
      throws InterruptedException {
    runner.send(TestFunctions.rows(value));
    return TestFunctions.told(runner.receive());
  }

  @Test
  void nothingIsLeftOfThirtyWorkersHoweverTheyEnd() throws Exception {
    for (int i = 0; i < 10; i++) {
      PythonFunction function = doubling("ok", LONG, 3);
      pools.warm(function);
      try (BatchRunner runner = pools.open(function)) {
        assertThat(run(runner, i)).containsExactly(2.0 * i);
        if (i % 2 == 0) {
          assertThat(run(runner, TestFunctions.KILLS)).containsExactly(Failures.WORKER);
        }
      }
      pools.stop(function.id());
    }
  }

  @Test
  void nothingIsLeftOfWorkersThatAreStoppedWhileTheyAreSetUp() {
    List<PythonFunction> functions = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      PythonFunction function = doubling(i % 2 == 0 ? "never" : "ok", LONG, 1);
      pools.open(function).close();
      functions.add(function);
    }
    await().until(() -> TestFunctions.children().size() >= 3);
    functions.forEach(function -> pools.stop(function.id()));
  }

  @Test
  void onlyItsUserMayEnterAWorkersFolder() throws Exception {
    PythonFunction function = doubling("ok", LONG, 1);
    pools.warm(function);
    Set<Path> made = folders();
    made.removeAll(foldersBefore);
    assertThat(made).hasSize(1);
    Path folder = made.iterator().next();
    assertThat(Files.getPosixFilePermissions(folder))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void tasksShareTheWorkersOfAFunctionEvenly() throws Exception {
    PythonFunction function = doubling("ok", LONG, 2);
    pools.warm(function);
    assertThat(TestFunctions.children()).hasSize(2);
    List<BatchRunner> runners = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      runners.add(pools.open(function));
      assertThat(run(runners.get(i), i)).containsExactly(2.0 * i);
    }
    runners.forEach(BatchRunner::close);
    assertThat(pools.counts(function.id()).starts()).isEqualTo(2);
  }

  @Test
  void aFunctionThatNobodyUsesIsStoppedAfterAMinute() throws Exception {
    PythonFunction function = doubling("ok", LONG, 1);
    pools.open(function).close();
    pools.warm(function);
    clock.advance(WorkerPools.IDLE.minusNanos(1));
    pools.look();
    assertThat(TestFunctions.children()).hasSize(1);
    BatchRunner runner = pools.open(function);
    clock.advance(WorkerPools.IDLE.multipliedBy(10));
    pools.look();
    assertThat(run(runner, 1)).containsExactly(2.0);
    runner.close();
    clock.advance(WorkerPools.IDLE);
    await().until(() -> TestFunctions.children().isEmpty());
    assertThat(pools.counts(function.id())).isEqualTo(WorkerCounts.NONE);
  }

  @Test
  void aFunctionOfAnActiveQueryStaysWithoutRequestsAndIsStoppedWhenTheQueryEnds() throws Exception {
    PythonFunction function = doubling("ok", LONG, 1);
    pools.warm(function);
    use = FunctionUse.ACTIVE;
    for (int i = 0; i < 100; i++) {
      clock.advance(WorkerPools.ASK);
      pools.look();
    }
    assertThat(TestFunctions.children()).hasSize(1);
    assertThat(pools.counts(function.id()).starts()).isEqualTo(1);
    use = FunctionUse.ENDED;
    BatchRunner runner = pools.open(function);
    clock.advance(WorkerPools.ASK);
    pools.look();
    assertThat(run(runner, 1)).containsExactly(2.0);
    runner.close();
    clock.advance(WorkerPools.ASK);
    pools.look();
    await().until(() -> TestFunctions.children().isEmpty());
    assertThat(pools.counts(function.id())).isEqualTo(WorkerCounts.NONE);
  }

  @Test
  void aFunctionIsStoppedAMinuteAfterTheDriverWasHeardOf() throws Exception {
    PythonFunction function = doubling("ok", LONG, 1);
    pools.warm(function);
    use = FunctionUse.ACTIVE;
    clock.advance(WorkerPools.IDLE.minusNanos(1));
    pools.look();
    use = FunctionUse.UNKNOWN;
    clock.advance(WorkerPools.IDLE.minusNanos(1));
    pools.look();
    assertThat(TestFunctions.children()).hasSize(1);
    clock.advance(Duration.ofNanos(1));
    await().until(() -> TestFunctions.children().isEmpty());
  }

  @Test
  void betweenStartsThatFailPausesGrowInWhichBatchesFailAtOnce(@TempDir Path folder)
      throws Exception {
    Path model = folder.resolve("model");
    PythonFunction function = doubling("file:" + model, LONG, 1);
    try (BatchRunner runner = pools.open(function)) {
      Duration pause = Duration.ofNanos(WorkerSlot.FIRST_PAUSE_NANOS);
      for (int starts = 1; starts < 4; starts++) {
        assertThat(run(runner, 1)).containsExactly(Failures.SETUP);
        assertThat(run(runner, 1)).containsExactly(Failures.SETUP);
        clock.advance(pause.minusNanos(1));
        assertThat(run(runner, 1)).containsExactly(Failures.SETUP);
        assertThat(pools.counts(function.id()).starts()).isEqualTo(starts);
        clock.advance(Duration.ofNanos(1));
        pause = pause.multipliedBy(2);
      }
      Files.createFile(model);
      assertThat(run(runner, 1)).containsExactly(2.0);
    }
  }

  @Test
  void aBatchDoesNotWaitForAWorkerForLongerThanItMayTake() throws Exception {
    PythonFunction function = doubling("never", SHORT, 1);
    try (BatchRunner runner = pools.open(function)) {
      assertThat(run(runner, 1)).containsExactly(Failures.TIMEOUT);
    }
  }

  @Test
  void aStartThatTakesTooLongFails() {
    PythonFunction function = doubling("never", LONG, 1);
    BatchRunner runner = pools.open(function);
    await().until(() -> !TestFunctions.children().isEmpty());
    clock.advance(Duration.ofNanos(WorkerStart.MOST_NANOS + 1));
    assertThatThrownBy(() -> pools.warm(function)).isInstanceOf(WorkerSetupException.class);
    runner.close();
  }

  @Test
  void aFolderOfALongNameIsNotForSockets() {
    assertThat(TemporaryFolders.parent("/tmp/some")).isEqualTo(Path.of("/tmp/some"));
    assertThat(TemporaryFolders.parent("/" + "x".repeat(100))).isEqualTo(Path.of("/tmp"));
  }

  /** Ends as a JVM that is killed does, while its worker hangs in a batch. */
  static final class Killed {
    private Killed() {}

    public static void main(String[] args) throws Exception {
      TestFunctions.useTestWorker();
      WorkerPools pools = new WorkerPools(NanoClock.SYSTEM);
      PythonFunction function = TestFunctions.doubling("ok", LONG, 1);
      pools.warm(function);
      pools.open(function).send(TestFunctions.rows(TestFunctions.HANGS));
      System.out.println(TestFunctions.children().get(0).pid());
      Runtime.getRuntime().halt(1);
    }
  }

  @Test
  void aWorkerEndsWithItsJvmAndTakesItsFolderAlong(@TempDir Path folder) throws Exception {
    Process jvm =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Killed.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    long pid = Long.parseLong(printed.strip().substring(printed.strip().lastIndexOf('\n') + 1));
    await().until(() -> ProcessHandle.of(pid).isEmpty());
    assertThat(folder.toFile().list((parent, name) -> name.startsWith("ssf"))).isEmpty();
  }
}
