package io.sparkserving.operations.metrics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Tags;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.metrics.DriverCounters;
import io.sparkserving.metrics.ServingMeter;
import io.sparkserving.metrics.ServingMeters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;

/**
 * Shows the servers of this JVM to Spark's own metrics system, and so to its sinks. A per-JVM
 * singleton: whoever opens a server adds the server, and removes it again. Without Spark nothing
 * happens.
 */
public final class SparkMetrics {
  private static final int STATUS_CLASSES = 6;

  /** What Spark was given, and what it reads, which nobody else keeps. */
  private record Registered(ServingSource source, SparkEnv spark, Object read) {
    void remove() {
      spark.metricsSystem().removeSource(source);
    }
  }

  @GuardedBy("SparkMetrics.class")
  private static final Map<String, List<ServerExchanges>> SERVERS = new HashMap<>();

  @GuardedBy("SparkMetrics.class")
  private static final Map<String, Registered> SOURCES = new HashMap<>();

  private SparkMetrics() {}

  /** Shows a server, if the server is measured. */
  public static synchronized void add(ServerExchanges server) {
    if (server.measurements() == null) {
      return;
    }
    String name = server.configuration().name();
    List<ServerExchanges> servers =
        SERVERS.computeIfAbsent(name, added -> new CopyOnWriteArrayList<>());
    servers.add(server);
    if (servers.size() == 1) {
      ServiceMeters meters = new ServiceMeters(name, servers);
      ServingSource source = new ServingSource(sourceName(name));
      ServingMeters.OF_SERVER.forEach(
          meter -> MeterRegistration.register(meter, source, Tags.empty(), meters));
      for (int each = 1; each < STATUS_CLASSES; each++) {
        int first = each * 100;
        FunctionCounter.builder(
                ServingMeters.REQUESTS + "." + each + "xx", meters, all -> all.answersFrom(first))
            .register(source);
      }
      ServingMeters.TIMES.forEach(
          time ->
              source
                  .metricRegistry()
                  .register(
                      ServingMeter.shortened(time.name()) + ".millis",
                      new BucketHistogram(() -> meters.times(time).counts())));
      register(source, meters);
    }
  }

  /** Shows a server no more. */
  public static synchronized void remove(ServerExchanges server) {
    String name = server.configuration().name();
    List<ServerExchanges> servers = SERVERS.get(name);
    if (servers != null && servers.remove(server) && servers.isEmpty()) {
      SERVERS.remove(name);
      unregister(sourceName(name));
    }
  }

  /** Shows, on the driver, a service with servers on executors. */
  public static synchronized void add(String service, DriverCounters counters) {
    ServingSource source = new ServingSource(driverName(service));
    Supplier<List<DriverCounters>> read = () -> List.of(counters);
    ServingMeters.OF_DRIVER.forEach(
        meter -> MeterRegistration.register(meter, source, Tags.empty(), read));
    register(source, read);
  }

  /** Shows a service with servers on executors no more. */
  public static synchronized void remove(String service) {
    unregister(driverName(service));
  }

  /** Some sinks make files of names, and so folders of slashes. */
  private static String sourceName(String service) {
    return "serving." + service.replace('/', '.');
  }

  private static String driverName(String service) {
    return sourceName(service) + ".driver";
  }

  @GuardedBy("SparkMetrics.class")
  private static void register(ServingSource source, Object read) {
    SparkEnv spark = SparkEnv.get();
    if (spark != null) {
      spark.metricsSystem().registerSource(source);
      SOURCES.put(source.sourceName(), new Registered(source, spark, read));
    }
  }

  @GuardedBy("SparkMetrics.class")
  private static void unregister(String sourceName) {
    Registered registered = SOURCES.remove(sourceName);
    if (registered != null) {
      registered.remove();
    }
  }
}
