package io.sparkserving.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverloadTest {
  /** In which a query that takes half a second for a request is seen to be overloaded. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  private static final Duration TIME = Duration.ofSeconds(40);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Tag("everything")
  @ParameterizedTest
  @CsvSource({"1, 50", "1, 5", "4, 50", "1, 500", "4, 500"})
  void tasksThatGoOnAnswerWhatTheyCan(int tasks, long millis) {
    double capacity = tasks * 1_000.0 / millis;
    check(new SimulatedQuery.Readers(tasks, nanos(millis)), capacity, millis);
  }

  @ParameterizedTest
  @CsvSource({"1, 50, 50", "2, 50, 20", "1, 60, 10", "4, 50, 500"})
  void batchesAnswerWhatTheyCan(int tasks, long overhead, long millis) {
    long length = 250;
    // A batch takes its last request just before its time is over.
    double capacity = tasks * 1_000.0 / millis * length / (length + overhead);
    check(
        new SimulatedQuery.Batches(tasks, nanos(overhead), nanos(millis), nanos(length)),
        capacity,
        overhead + millis);
  }

  @Tag("everything")
  @ParameterizedTest
  @CsvSource({"1, 90, 50", "2, 90, 20", "1, 90, 10", "1, 300, 50"})
  void batchesThatAnswerAtTheirEndAnswerWhatTheyCan(int tasks, long overhead, long millis) {
    // As in batches of four times what the smallest takes.
    double capacity =
        tasks * 1_000.0 / millis * (3 * overhead + 4 * millis) / 4 / (overhead + millis);
    check(
        new SimulatedQuery.BatchesToTheirEnd(tasks, nanos(overhead), nanos(millis)),
        capacity,
        overhead + millis);
  }

  @ParameterizedTest
  @CsvSource({"20, 10, 1000", "20, 3, 200", "5, 10, 1000", "200, 20, 1000"})
  void aTaskThatReadsAheadAnswersWhatItCan(long millis, long seconds, long standstill) {
    check(
        new SimulatedQuery.ReaderAhead(nanos(millis), nanos(seconds * 1_000), nanos(standstill)),
        1_000.0 / millis * seconds / (seconds + standstill / 1_000.0),
        64 * millis);
  }

  @ParameterizedTest
  @CsvSource({"1000, 20", "1000, 5", "2000, 10"})
  void aTaskThatCollectsRequestsAnswersWhatItCan(long epoch, long millis) {
    // As where it works for half as long as it waits.
    double capacity = 1_000.0 / millis / 3;
    check(new SimulatedQuery.Collector(nanos(epoch), nanos(millis)), capacity, 1.5 * epoch);
  }

  @Tag("everything")
  @ParameterizedTest
  @CsvSource({"1, 100, 30, 20", "2, 100, 30, 50", "1, 200, 50, 5", "1, 60, 10, 50"})
  void batchesThatArePlannedFirstAnswerWhatTheyCan(
      int tasks, long planning, long overhead, long millis) {
    long normal = planning + overhead + millis;
    // As in batches of four times what the smallest takes, planned one after another.
    double capacity =
        tasks * 1_000.0 / millis * (4 * normal - planning - overhead) / (4 * normal + planning);
    check(
        new SimulatedQuery.PlannedBatches(tasks, nanos(planning), nanos(overhead), nanos(millis)),
        capacity,
        normal);
  }

  private static void check(SimulatedQuery query, double capacity, double normalMillis) {
    for (double load : new double[] {0.5, 2, 10}) {
      OverloadSimulation simulation = new OverloadSimulation(Map.of(), PATIENCE);
      simulation.run(query, 0.3 * capacity, load * capacity, WARM_UP, TIME);
      double goodput = simulation.goodNanos.size() / capacity / TIME.toSeconds();
      String seen = "%s, %s times capacity: %.2f, %s".formatted(query, load, goodput, simulation);
      if (load < 1) {
        assertThat(simulation.statuses).as(seen).containsOnlyKeys(200);
      } else {
        assertThat(goodput).as(seen).isGreaterThan(0.9);
        assertThat(simulation.goodMillis(0.5)).as(seen).isLessThan(10 * normalMillis);
        assertThat(simulation.refusedMillis(0.5)).as(seen).isZero();
      }
    }
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
