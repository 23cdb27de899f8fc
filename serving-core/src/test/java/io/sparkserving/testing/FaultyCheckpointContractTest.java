package io.sparkserving.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkserving.ServingWriter;
import io.sparkserving.SupervisedQuery;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every mode owes the user of a query whose checkpoint cannot be used for a while, or is slow,
 * when another run is to start.
 */
abstract class FaultyCheckpointContractTest extends QueryContractTest {

  FaultyCheckpointContractTest(TestedMode mode) {
    super(mode, "local[4]", settings());
  }

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(FaultyDisk.settings());
    settings.put("spark.sql.ansi.enabled", "true");
    return settings;
  }

  final ServingWriter writer(String name, UnaryOperator<Dataset<Row>> textToText) {
    return writer(name, Map.of("numPartitions", "2"), textToText);
  }

  static void assertRefuses(int port) {
    assertThatThrownBy(() -> RawHttp.connect(port).close()).isInstanceOf(ConnectException.class);
  }

  private static Dataset<Row> raising(Dataset<Row> text) {
    return withValue(text, FaultyCheckpointContractTest::raise);
  }

  static String raise(String text) {
    if (text.startsWith("raise")) {
      throw new IllegalStateException("Cannot swallow");
    }
    return text;
  }

  /** Spark's methods do not say that they throw these. */
  @Test
  void aQueryOutlivesACheckpointThatCannotBeUsedForAWhile(@TempDir Path folder) throws Exception {
    ServingWriter writer =
        writer("patient", FaultyCheckpointContractTest::raising)
            .option("checkpointLocation", FaultyDisk.uri(folder));
    FaultyDisk.onUse(() -> fail(new IOException("No space left on device")));
    assertThatThrownBy(() -> writer.supervise(Map.of())).isInstanceOf(IOException.class);
    assertThat(spark().streams().active()).isEmpty();
    FaultyDisk.repair();
    SupervisedQuery query = writer.supervise(Map.of("backoff", "10ms"));
    int port = port("patient");
    ExecutorService client = Executors.newSingleThreadExecutor();
    try {
      assertThat(post(port, "patient", "fine").text()).isEqualTo("fine");
      for (Throwable trouble :
          List.of(
              new IOException("No space left on device"), new NoClassDefFoundError("some/Class"))) {
        FaultyDisk.onUse(() -> fail(trouble));
        Future<RawResponse> held = client.submit(() -> post(port, "patient", "raise"));

        await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> query.lastFailure().filter(last -> last == trouble).isPresent());
        FaultyDisk.repair();

        assertThat(held.get(1, TimeUnit.MINUTES).status()).as("%s", trouble).isEqualTo(500);
        assertThat(post(port, "patient", "fine").text()).isEqualTo("fine");
        await().until(() -> query.state() == SupervisedQuery.State.RUNNING);
      }
    } finally {
      FaultyDisk.repair();
      client.shutdownNow();
      query.stop();
    }
  }

  /** No run can start, and one in batches fails; Spark ignores this in a continuous one. */
  private static void fail(Throwable trouble) throws IOException {
    if (isSupervising() && trouble instanceof Error error) {
      throw error;
    }
    throw isSupervising() && trouble instanceof IOException exception
        ? exception
        : new IOException("No space left on device");
  }

  @Test
  void aStopWhileARunIsBeingStartedWaitsForThatRunAndStopsIt(@TempDir Path folder)
      throws Exception {
    StreamingQuery query =
        writer("starting", FaultyCheckpointContractTest::raising)
            .option("checkpointLocation", FaultyDisk.uri(folder))
            .start();
    int port = port("starting");
    CountDownLatch isStarting = new CountDownLatch(1);
    CountDownLatch mayStart = new CountDownLatch(1);
    AtomicReference<Thread> stopping = new AtomicReference<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      FaultyDisk.onUse(
          () -> {
            if (isSupervising()) {
              isStarting.countDown();
              awaitOrFail(mayStart);
            }
          });
      Future<RawResponse> held = threads.submit(() -> post(port, "starting", "raise"));
      assertThat(isStarting.await(1, TimeUnit.MINUTES)).isTrue();

      Future<?> stopped =
          threads.submit(
              () -> {
                stopping.set(Thread.currentThread());
                query.stop();
                return null;
              });
      await()
          .until(() -> stopping.get() != null && stopping.get().getState() == Thread.State.WAITING);
      assertThat(stopped.isDone()).isFalse();
      mayStart.countDown();

      stopped.get(1, TimeUnit.MINUTES);
      assertThat(spark().streams().active()).isEmpty();
      assertThat(query.isActive()).isFalse();
      assertRefuses(port);
      assertThat(held.get(1, TimeUnit.MINUTES).status()).isIn(500, 503);
    } finally {
      mayStart.countDown();
      FaultyDisk.repair();
      threads.shutdownNow();
      query.stop();
    }
  }

  private static void awaitOrFail(CountDownLatch latch) throws IOException {
    try {
      latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  private static boolean isSupervising() {
    return Thread.currentThread().getName().startsWith("spark-serving-supervisor");
  }
}
