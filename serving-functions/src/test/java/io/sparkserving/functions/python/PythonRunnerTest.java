package io.sparkserving.functions.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.exchange.FunctionMeasurements;
import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.functions.batch.BatchRunner;
import io.sparkserving.functions.batch.Failure;
import io.sparkserving.functions.batch.Outcome;
import io.sparkserving.functions.wire.SampleValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PythonRunnerTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(500);

  private final WorkerPools pools = new WorkerPools(NanoClock.SYSTEM);
  private final List<String> used = new ArrayList<>();

  @BeforeAll
  static void useTestWorker() {
    TestFunctions.useTestWorker();
  }

  @AfterEach
  void stop() {
    used.forEach(pools::stop);
  }

  private PythonFunction doubling(String setup, Duration timeout) {
    PythonFunction function = TestFunctions.doubling(setup, timeout, 1);
    used.add(function.id());
    return function;
  }

  private BatchRunner open(Duration timeout) throws Exception {
    PythonFunction function = doubling("ok", timeout);
    pools.warm(function);
    return pools.open(function);
  }

  private static List<@Nullable Object> run(BatchRunner runner, double... values)
      throws InterruptedException {
    runner.send(TestFunctions.rows(values));
    return TestFunctions.told(runner.receive());
  }

  private WorkerCounts counts() {
    return pools.counts(used.get(0));
  }

  @Test
  void valuesComeBackInTheOrderOfTheirRows() throws Exception {
    try (BatchRunner runner = open(LONG)) {
      assertThat(run(runner, 1, 2, 3)).containsExactly(2.0, 4.0, 6.0);
      double[] many = DoubleStream.iterate(1, value -> value + 1).limit(100_000).toArray();
      assertThat(run(runner, many)).hasSize(many.length).startsWith(2.0, 4.0).endsWith(200_000.0);
      assertThat(run(runner, 4)).containsExactly(8.0);
    }
    assertThat(counts().functionNanos()).isEqualTo(3000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void valuesOfEveryTypeGoThereAndBack(boolean java8Time) throws Exception {
    StructType type = SampleValues.type();
    PythonFunction function = TestFunctions.of("ok echo", LONG, 1, type, type, java8Time);
    used.add(function.id());
    List<Row> rows = SampleValues.rows(java8Time);
    try (BatchRunner runner = pools.open(function)) {
      runner.send(rows);
      List<Outcome> outcomes = runner.receive();
      assertThat(outcomes).extracting(Outcome::value).isEqualTo(rows);
    }
  }

  @Test
  void aRowForWhichTheFunctionRaisesHasAFailureOfItsOwn() throws Exception {
    try (BatchRunner runner = open(LONG)) {
      runner.send(TestFunctions.rows(1, TestFunctions.RAISES, TestFunctions.RAISES_HTTP_ERROR));
      List<Header> headers = List.of(new Header("Retry-After", "7"), new Header("X-Why", "so"));
      assertThat(runner.receive())
          .containsExactly(
              Outcome.of(2.0),
              Outcome.failed(new Failure(500, "ValueError", null, List.of())),
              Outcome.failed(new Failure(422, "HttpError", "too big: ü", headers)));
    }
  }

  @Test
  void ofABatchThatEndsTheWorkerOnlyTheRowThatDoesFails() throws Exception {
    try (BatchRunner runner = open(LONG)) {
      assertThat(run(runner, 1, TestFunctions.KILLS, 3)).containsExactly(2.0, Failures.WORKER, 6.0);
      assertThat(run(runner, 4)).containsExactly(8.0);
    }
    assertThat(counts().deaths()).isEqualTo(2);
  }

  @Test
  void whatBecomesOfWorkersIsNotedFromBeforeTheFirstBatchOn() throws Exception {
    FunctionMeasurements measurements = new FunctionMeasurements();
    try (BatchRunner runner = open(LONG)) {
      runner.noteWorkers(measurements);
      runner.noteWorkers(measurements);
      assertThat(measurements.workerStarts()).isOne();
      assertThat(run(runner, TestFunctions.KILLS)).containsExactly(Failures.WORKER);
      assertThat(run(runner, 4)).containsExactly(8.0);
      assertThat(measurements.workerDeaths()).isOne();
      assertThat(measurements.workerStarts()).isEqualTo(2);
      assertThat(measurements.workerTimeouts()).isZero();
    }
  }

  @Test
  void aSingleRowThatEndsTheWorkerIsNotRunAgain() throws Exception {
    try (BatchRunner runner = open(LONG)) {
      assertThat(run(runner, TestFunctions.KILLS)).containsExactly(Failures.WORKER);
      assertThat(counts().deaths()).isOne();
      assertThat(run(runner, 4)).containsExactly(8.0);
    }
  }

  @Test
  void aWorkerThatAnswersGarbageIsReplaced() throws Exception {
    try (BatchRunner runner = open(LONG)) {
      assertThat(run(runner, 1, TestFunctions.ANSWERS_GARBAGE))
          .containsExactly(2.0, Failures.WORKER);
      assertThat(run(runner, 4)).containsExactly(8.0);
    }
  }

  @Test
  void aWorkerThatEndsBetweenBatchesHarmsNone() throws Exception {
    try (BatchRunner runner = open(LONG)) {
      assertThat(run(runner, 1)).containsExactly(2.0);
      for (ProcessHandle child : TestFunctions.children()) {
        child.destroyForcibly();
        child.onExit().join();
      }
      assertThat(run(runner, 2)).containsExactly(4.0);
    }
  }

  @Test
  void aBatchThatTakesTooLongFailsAsAWholeAndTheNextOneHasAnotherWorker() throws Exception {
    try (BatchRunner runner = open(SHORT)) {
      runner.send(TestFunctions.rows(1, TestFunctions.HANGS));
      Outcome late = Outcome.failed(new Failure(504, "timeout", null, List.of()));
      assertThat(runner.receive()).containsExactly(late, late);
      // Counted by who stops the worker, after that.
      await().until(() -> counts().timeouts() == 1);
      assertThat(counts().deaths()).isZero();
      await().until(() -> counts().starts() == 2);
    }
  }

  @Test
  void ofRowsThatRunAgainOnlyOneIsWaitedForUntilItIsTooLate() throws Exception {
    // Two workers start within it, each for a row that is answered in time.
    try (BatchRunner runner = open(Duration.ofSeconds(5))) {
      assertThat(run(runner, 1, TestFunctions.KILLS, 3, TestFunctions.HANGS, 5, 6))
          .containsExactly(
              2.0, Failures.WORKER, 6.0, Failures.TIMEOUT, Failures.TIMEOUT, Failures.TIMEOUT);
      // Counted by who stops the worker, after that.
      await().until(() -> counts().timeouts() == 1);
    }
  }

  @Test
  void textsAndBytesMayBeLarge() throws Exception {
    StructType type =
        new StructType().add("text", DataTypes.StringType).add("bytes", DataTypes.BinaryType);
    PythonFunction function = TestFunctions.of("ok echo", LONG, 1, type, type, true);
    used.add(function.id());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(RowFactory.create("ü".repeat(1 << 20), new byte[(1 << 20) + i]));
    }
    try (BatchRunner runner = pools.open(function)) {
      for (int batch = 0; batch < 3; batch++) {
        runner.send(rows);
        assertThat(runner.receive()).extracting(Outcome::value).isEqualTo(rows);
      }
    }
  }

  @Test
  void anInterruptEndsTheWaitForAWorker() throws Exception {
    try (BatchRunner runner = pools.open(doubling("never", LONG))) {
      runner.send(TestFunctions.rows(1));
      Thread.currentThread().interrupt();
      assertThatThrownBy(runner::receive).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void batchesOfOtherTasksOutliveTheWorkerThatOneHasEnded() throws Exception {
    PythonFunction function = doubling("ok", LONG);
    pools.warm(function);
    ExecutorService tasks = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<@Nullable Object>>> innocent = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        innocent.add(
            tasks.submit(
                () -> {
                  List<@Nullable Object> all = new ArrayList<>();
                  try (BatchRunner runner = pools.open(function)) {
                    while (pools.counts(function.id()).deaths() < 3) {
                      all.addAll(run(runner, 0.01));
                    }
                  }
                  return all;
                }));
      }
      try (BatchRunner runner = pools.open(function)) {
        for (int i = 0; i < 3; i++) {
          assertThat(run(runner, TestFunctions.KILLS)).containsExactly(Failures.WORKER);
        }
      }
      for (Future<List<@Nullable Object>> task : innocent) {
        assertThat(task.get()).isNotEmpty().containsOnly(0.02);
      }
    } finally {
      tasks.shutdownNow();
    }
  }

  /** Each task sends rows that raise, end the worker and take too long among sound ones. */
  @Tag("everything")
  @Test
  void eachRowHasItsOwnOutcomeHoweverManyTasksEndTheWorkers() throws Exception {
    PythonFunction function = TestFunctions.doubling("ok", Duration.ofSeconds(10), 2);
    used.add(function.id());
    pools.warm(function);
    ExecutorService tasks = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int task = 0; task < 6; task++) {
        Random random = new Random(task);
        running.add(tasks.submit(() -> runMany(function, random)));
      }
      for (Future<?> task : running) {
        task.get();
      }
    } finally {
      tasks.shutdownNow();
    }
  }

  private @Nullable Object runMany(PythonFunction function, Random random) throws Exception {
    try (BatchRunner runner = pools.open(function)) {
      for (int batch = 0; batch < 200; batch++) {
        double[] values = random.doubles(1 + random.nextInt(20), 1, 100).toArray();
        List<@Nullable Object> expected = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
          int dice = random.nextInt(2000);
          values[i] =
              dice == 0 ? TestFunctions.KILLS : dice < 20 ? TestFunctions.RAISES : values[i];
          expected.add(dice == 0 ? Failures.WORKER : dice < 20 ? "ValueError" : 2 * values[i]);
        }
        assertThat(run(runner, values)).isEqualTo(expected);
      }
    }
    return null;
  }

  @Test
  void anInterruptEndsTheWaitAndLeavesTheWorkerAlone() throws Exception {
    try (BatchRunner runner = open(LONG)) {
      runner.send(TestFunctions.rows(0.5));
      Thread task = Thread.currentThread();
      Thread killer =
          new Thread(
              () -> {
                await().until(() -> task.getStackTrace()[0].isNativeMethod());
                task.interrupt();
              });
      killer.start();
      assertThatThrownBy(runner::receive).isInstanceOf(InterruptedException.class);
      killer.join();
      assertThat(Thread.interrupted()).isFalse();
      assertThat(run(runner, 4)).containsExactly(8.0);
      assertThat(counts()).isEqualTo(new WorkerCounts(1, 0, 0, counts().functionNanos()));
    }
  }

  @Test
  void anInterruptedThreadThatSendsKeepsItsInterruptAndTheNextOneReceives() throws Exception {
    try (BatchRunner runner = open(LONG)) {
      Thread.currentThread().interrupt();
      runner.send(TestFunctions.rows(4));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(TestFunctions.told(runner.receive())).containsExactly(8.0);
      assertThat(counts().starts()).isOne();
    }
  }

  @Test
  void aRunnerMayBeClosedWhileABatchIsUnderWay() throws Exception {
    BatchRunner runner = open(LONG);
    runner.send(TestFunctions.rows(TestFunctions.HANGS));
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<List<Outcome>> outcomes = other.submit(runner::receive);
      runner.close();
      assertThat(TestFunctions.told(outcomes.get())).containsExactly(Failures.WORKER);
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void batchesFailWhileAFunctionCannotBeSetUp() throws Exception {
    PythonFunction function = doubling("fail", LONG);
    assertThatThrownBy(() -> pools.warm(function))
        .isInstanceOf(WorkerSetupException.class)
        .hasMessageStartingWith("FileNotFoundError: no model");
    try (BatchRunner runner = pools.open(function)) {
      assertThat(run(runner, 1, 2)).containsExactly(Failures.SETUP, Failures.SETUP);
    }
  }

  @Test
  void aWorkerThatEndsWhileItIsSetUpIsSaidToHaveEnded() {
    PythonFunction function = doubling("exit", LONG);
    assertThatThrownBy(() -> pools.warm(function))
        .isInstanceOf(WorkerSetupException.class)
        .hasMessageContaining("ended with exit code 7");
  }

  @Test
  void aCommandThatCannotBeHadIsAFailureOfTheSetup() {
    PythonFunction sound = doubling("ok", LONG);
    PythonFunction function = with(sound, List.of("python3"), "no JSON");
    assertThatThrownBy(() -> pools.warm(function)).isInstanceOf(WorkerSetupException.class);
  }

  private static PythonFunction with(
      PythonFunction function, List<String> pythonCommand, String settings) {
    return new PythonFunction(
        settings,
        function.command(),
        pythonCommand,
        function.environment(),
        1,
        function.timeoutNanos(),
        function.id(),
        function.arguments(),
        function.returns(),
        true,
        null);
  }

  @Test
  void aPythonThatDoesNotExistIsNamed() {
    PythonFunction sound = doubling("ok", LONG);
    PythonFunction function = with(sound, List.of("/no/such/python"), sound.settingsJson());
    assertThatThrownBy(() -> pools.warm(function))
        .isInstanceOf(WorkerSetupException.class)
        .hasMessageContaining("/no/such/python");
  }

  @Test
  void whatDoesNotFitItsTypeFailsAlone() throws Exception {
    try (BatchRunner runner = open(LONG)) {
      List<Row> rows = new ArrayList<>(TestFunctions.rows(1, 2, 3));
      rows.set(1, RowFactory.create("text"));
      runner.send(rows);
      assertThat(TestFunctions.told(runner.receive()))
          .containsExactly(2.0, "ClassCastException", 6.0);
    }
  }

  @Test
  void aStoppedFunctionFailsItsBatches() throws Exception {
    try (BatchRunner runner = open(LONG)) {
      pools.stop(used.get(0));
      assertThat(run(runner, 1)).containsExactly(Failures.WORKER);
    }
  }
}
