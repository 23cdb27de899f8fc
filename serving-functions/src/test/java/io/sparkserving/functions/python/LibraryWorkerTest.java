package io.sparkserving.functions.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkserving.exchange.Header;
import io.sparkserving.exchange.NanoClock;
import io.sparkserving.functions.batch.BatchRunner;
import io.sparkserving.functions.batch.Failure;
import io.sparkserving.functions.batch.Outcome;
import io.sparkserving.functions.wire.SampleValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the JVM's side and the library's own worker say to each other. */
@Timeout(120)
class LibraryWorkerTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final WorkerPools pools = new WorkerPools(NanoClock.SYSTEM);
  private final List<String> used = new ArrayList<>();

  @BeforeAll
  static void useLibraryWorker() {
    LibraryFunctions.useLibraryWorker();
  }

  @AfterEach
  void stop() {
    used.forEach(pools::stop);
  }

  private BatchRunner open(PythonFunction function) throws Exception {
    used.add(function.id());
    pools.warm(function);
    return pools.open(function);
  }

  private static List<Outcome> run(BatchRunner runner, List<Row> rows) throws InterruptedException {
    runner.send(rows);
    return runner.receive();
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void rowsOfEveryTypeGoThereAndBack(boolean java8Time) throws Exception {
    StructType type = SampleValues.type();
    List<Row> rows = SampleValues.rows(java8Time);
    PythonFunction function =
        LibraryFunctions.of("echo", null, "rows", type, type, java8Time, LONG);
    try (BatchRunner runner = open(function)) {
      assertThat(run(runner, rows)).extracting(Outcome::value).isEqualTo(rows);
    }
  }

  /** Arrays of numpy have no nulls, so that those are left out where they would be numbers. */
  @Tag("everything")
  @ParameterizedTest
  @CsvSource({"numpy", "pandas", "arrow"})
  void columnsOfEveryTypeGoThereAndBack(String batch) throws Exception {
    List<String> wrong = new ArrayList<>();
    StructField[] fields = SampleValues.type().fields();
    for (int i = 0; i < fields.length; i++) {
      StructType arguments = new StructType(new StructField[] {fields[i]});
      List<Row> rows = new ArrayList<>();
      for (Row row : SampleValues.rows(true)) {
        if (batch.equals("arrow") || !row.isNullAt(i)) {
          rows.add(RowFactory.create(row.get(i)));
        }
      }
      PythonFunction function =
          LibraryFunctions.of("same", null, batch, arguments, fields[i].dataType(), true, LONG);
      try (BatchRunner runner = open(function)) {
        List<Outcome> outcomes = run(runner, rows);
        for (int row = 0; row < rows.size(); row++) {
          Row back = RowFactory.create(outcomes.get(row).value());
          if (outcomes.get(row).failure() != null || !back.equals(rows.get(row))) {
            wrong.add(fields[i].name() + ": " + rows.get(row) + " -> " + outcomes.get(row));
          }
        }
      }
      pools.stop(function.id());
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void failuresArriveAsTheyWereRaised() throws Exception {
    try (BatchRunner runner = open(LibraryFunctions.doubling(null, LONG))) {
      List<Header> headers = List.of(new Header("Retry-After", "7"), new Header("X-Why", "so"));
      assertThat(run(runner, TestFunctions.rows(1, -4, -5, 4)))
          .containsExactly(
              Outcome.of(2.0),
              Outcome.failed(new Failure(500, "ValueError", null, List.of())),
              Outcome.failed(new Failure(422, "HttpError", "too big: ü", headers)),
              Outcome.of(8.0));
    }
  }

  @Test
  void onlyTheRowThatEndsTheWorkerFails() throws Exception {
    try (BatchRunner runner = open(LibraryFunctions.doubling(null, LONG))) {
      assertThat(TestFunctions.told(run(runner, TestFunctions.rows(1, -1, 3))))
          .containsExactly(2.0, Failures.WORKER, 6.0);
    }
  }

  @Test
  void aBatchThatTakesTooLongFails() throws Exception {
    Duration timeout = Duration.ofSeconds(2);
    try (BatchRunner runner = open(LibraryFunctions.doubling(null, timeout))) {
      assertThat(TestFunctions.told(run(runner, TestFunctions.rows(1, -2))))
          .containsExactly(Failures.TIMEOUT, Failures.TIMEOUT);
    }
  }

  @Test
  void whyAFunctionCannotBeSetUpIsTold() {
    PythonFunction function = LibraryFunctions.doubling("no_model", LONG);
    assertThatThrownBy(() -> pools.warm(function))
        .isInstanceOf(WorkerSetupException.class)
        .hasMessageStartingWith("FileNotFoundError: no model")
        .hasMessageContaining("Traceback");
    pools.stop(function.id());
  }
}
