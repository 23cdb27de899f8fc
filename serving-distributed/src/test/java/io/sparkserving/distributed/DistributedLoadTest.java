package io.sparkserving.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.channel.CountingPeer;
import io.sparkserving.channel.CountingPeer.Count;
import io.sparkserving.driver.ServiceRegistry;
import io.sparkserving.driver.cluster.CoordinatedService;
import io.sparkserving.exchange.LocalServers;
import io.sparkserving.testing.ExecutorCluster;
import io.sparkserving.testing.LoadReport;
import io.sparkserving.testing.Volume;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What three servers in three executor JVMs make of many requests, and of none. */
@Tag("everything")
@Tag("long")
class DistributedLoadTest {

  private static final int REQUESTS = Volume.of(9_000);

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() throws Exception {
    spark = ExecutorCluster.start(ClusterService.EXECUTORS);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void everyServerAnswersItsOwnRequestsInItsOwnJvmAndNothingPassesTheDriver() throws Exception {
    try (ClusterService service =
        ClusterService.start(spark, "spread", ClusterService::withExecutor)) {
      await().until(() -> service.query().lastProgress() != null);
      Map<Integer, Set<String>> executors = new ConcurrentHashMap<>();
      CountingPeer driver = CountingPeer.before(coordinator("spread"));
      long batchesBefore = batches(service);
      long start = System.nanoTime();

      List<LoadReport> reports =
          service.load(
              64,
              REQUESTS,
              (port, body, response) -> {
                executors
                    .computeIfAbsent(port, key -> ConcurrentHashMap.newKeySet())
                    .add(ClusterService.executorIn(response));
                return ClusterService.endsWith(body, response);
              });

      Map<String, Count> driverGot = driver.received();
      driver.close();
      long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
      service.assertEachGetsItsOwn(reports);
      assertThat(reports.stream().mapToInt(LoadReport::requests).sum()).isEqualTo(REQUESTS);
      assertThat(executors)
          .hasSize(ClusterService.EXECUTORS)
          .allSatisfy((port, seen) -> assertThat(seen).hasSize(1));
      assertThat(executors.values().stream().flatMap(Set::stream)).doesNotHaveDuplicates();
      assertThat(LocalServers.all()).as("services whose connections the driver holds").isEmpty();

      System.out.printf("The driver got %s in %d s%n", driverGot, seconds);
      assertThat(driverGot.keySet()).isSubsetOf("/waiting", "/alive");
      long batches = batches(service) - batchesBefore;
      long beats = seconds + 2;
      // One from each server before a batch, and one that crosses with its tasks.
      long most = ClusterService.EXECUTORS * (2 * batches + beats);
      long messages = driverGot.values().stream().mapToLong(Count::messages).sum();
      long bytes = driverGot.values().stream().mapToLong(Count::bytes).sum();
      System.out.printf(
          "%d batches, so at most %d messages; the last batch in ms: %s%n",
          batches, most, service.query().lastProgress().durationMs());
      assertThat(messages).isLessThanOrEqualTo(most);
      // Each message is the id of a server.
      assertThat(bytes).isLessThanOrEqualTo(messages * 100);
    }
  }

  private static long batches(ClusterService service) {
    return service.query().lastProgress().batchId();
  }

  /** The id by which servers send messages to a service's coordinator. */
  private static String coordinator(String name) {
    CoordinatedService service =
        (CoordinatedService) Objects.requireNonNull(ServiceRegistry.jvm().catalogue().find(name));
    return service.spec().runId();
  }

  @Test
  void anIdleServiceRunsNoJobs() throws Exception {
    try (ClusterService service = ClusterService.start(spark, "idle", ClusterService::echo)) {
      assertThat(service.post(service.ports().get(0), "awake").text()).isEqualTo("awake");
      await().until(() -> jobs(service) > 1 && !service.query().status().isTriggerActive());
      int jobs = jobs(service);

      await()
          .during(Duration.ofSeconds(5))
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(jobs(service)).isEqualTo(jobs));
    }
  }

  private static int jobs(ClusterService service) {
    String group = service.query().runId().toString();
    return spark.sparkContext().statusTracker().getJobIdsForGroup(group).length;
  }
}
