package io.sparkserving.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkserving.Serving;
import io.sparkserving.testing.SparkSessions;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Spark itself shows of a service. */
class HeadMetricsTest {
  private static final String JMX = "spark.metrics.conf.*.sink.jmx.class";
  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSessions.start("local[2]", Map.of(JMX, "org.apache.spark.metrics.sink.JmxSink"));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void progressReportsAndSparksOwnSinksHaveTheNumbers() throws Exception {
    try (HeadService service =
        HeadService.start(
            spark,
            "shown",
            requests ->
                Serving.makeReply(Serving.parseRequest(requests, DataTypes.StringType), "value"))) {
      assertThat(service.post("hello").text()).isEqualTo("hello");
      await()
          .untilAsserted(
              () -> {
                StreamingQueryProgress progress = service.query().lastProgress();
                // Comes when the batch is over.
                assertThat(progress).isNotNull();
                assertThat(progress.sources()[0].metrics())
                    .containsEntry("accepted", "1")
                    .containsEntry("queue.size", "0");
                assertThat(progress.sink().metrics()).containsEntry("replies", "1");
              });
      assertThat(sqlTab())
          .contains("bytes of request bodies", "replies sent to other JVMs")
          .contains("rows without id or reply");
      await().untilAsserted(() -> assertThat(attribute("requests.2xx", "Count")).isEqualTo(1L));
      assertThat(attribute("replies", "Count")).isEqualTo(1L);
      assertThat(attribute("in.flight", "Value")).isEqualTo(0.0);
      assertThat(attribute("reply.time.millis", "Count")).isEqualTo(1L);
      assertThat((double) attribute("reply.time.millis", "99thPercentile")).isPositive();
    }
    assertThat(named("")).isEmpty();
  }

  /** The metrics of everything that ran. */
  private static String sqlTab() {
    return spark
        .sharedState()
        .statusStore()
        .executionsList()
        .toList()
        .map(execution -> execution.metrics().toString())
        .toString();
  }

  private static Object attribute(String metric, String attribute) throws Exception {
    Set<ObjectName> found = named(metric);
    assertThat(found).as(metric).hasSize(1);
    return jmx().getAttribute(found.iterator().next(), attribute);
  }

  /** Those of the service whose name ends so. */
  private static Set<ObjectName> named(String metric) throws Exception {
    return jmx().queryNames(new ObjectName("metrics:*"), null).stream()
        .filter(name -> name.getKeyProperty("name").contains(".driver.serving.shown."))
        .filter(
            name -> name.getKeyProperty("name").endsWith(".shown." + metric) || metric.isEmpty())
        .collect(Collectors.toSet());
  }

  private static MBeanServer jmx() {
    return ManagementFactory.getPlatformMBeanServer();
  }
}
