package io.sparkserving.head;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import io.sparkserving.testing.RawResponse;
import io.sparkserving.testing.SparkSessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("everything")
class HeadSaturationTest {
  private static final int CLIENTS = 64;
  private static final int PROBES = 500;
  private static final CountDownLatch FINISH = new CountDownLatch(1);

  @Test
  void probesAreAnsweredWhileTheQueueIsFullAndClientsCallAsFastAsTheyCan() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    Map<String, String> options = Map.of("maxQueueSize", "8", "numPartitions", "1");
    try (SparkSession spark = SparkSessions.start("local[2]");
        HeadService service =
            HeadService.start(spark, "saturated", options, HeadSaturationTest::held);
        RawHttp probe = RawHttp.connect(service.port())) {
      List<Future<Integer>> calling = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        calling.add(clients.submit((Callable<Integer>) () -> callUntilFinished(service.port())));
      }
      await().until(() -> service.service().queue().size() == 8);
      await().until(() -> service.counters().rejected() > CLIENTS);
      long[] micros = new long[PROBES];
      long before = service.counters().rejected();
      for (int i = 0; i < PROBES; i++) {
        long begun = System.nanoTime();
        RawResponse live = probe.call(RawRequest.get("/livez"));
        micros[i] = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begun);
        assertThat(live.status()).as("%s", live).isEqualTo(200);
      }
      assertThat(probe.call(RawRequest.get("/readyz")).status()).isEqualTo(200);
      assertThat(service.counters().rejected()).as("meanwhile").isGreaterThan(before);
      assertThat(service.service().queue().size()).isEqualTo(8);
      FINISH.countDown();
      int calls = 0;
      for (Future<Integer> client : calling) {
        calls += client.get(30, TimeUnit.SECONDS);
      }
      Arrays.sort(micros);
      System.out.printf(
          "%d calls; /livez, µs: median %d, 99 %% %d, longest %d%n",
          calls, micros[PROBES / 2], micros[PROBES * 99 / 100], micros[PROBES - 1]);
    } finally {
      FINISH.countDown();
      clients.shutdownNow();
    }
  }

  /** How often it was answered, by the query or with 503. */
  private static int callUntilFinished(int port) throws Exception {
    int calls = 0;
    // Whose request is held waits for as long as the probes take.
    try (RawHttp http = RawHttp.connect(port).readTimeout(Duration.ofMinutes(2))) {
      while (FINISH.getCount() > 0) {
        assertThat(http.call(RawRequest.post("/saturated", "body")).status()).isIn(200, 503);
        calls++;
      }
    }
    return calls;
  }

  private static Dataset<Row> held(Dataset<Row> requests) {
    return Serving.makeReply(
        HeadPipelines.text(requests)
            .withColumn(
                "value",
                udf((UDF1<String, String>) HeadSaturationTest::hold, DataTypes.StringType)
                    .apply(col("value"))),
        "value");
  }

  private static String hold(String text) throws InterruptedException {
    FINISH.await(2, TimeUnit.MINUTES);
    return text;
  }
}
