package io.sparkserving.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;

/** Starts services of the mode under test. */
interface ContractServices {

  /** The one that services run in, with its pages. */
  SparkSession spark();

  /** Returns once the service listens. */
  LiveService serve(ServiceSpec spec) throws Exception;

  /** As {@link #serve(ServiceSpec)}, by a query that hands each batch to this function. */
  LiveService serveBatches(ServiceSpec spec, VoidFunction2<Dataset<Row>, Long> eachBatch)
      throws Exception;

  /** As {@link #serve(ServiceSpec)}, by a query whose session has these settings of SQL. */
  default LiveService serveWith(Map<String, String> settings, ServiceSpec spec) throws Exception {
    RuntimeConfig session = spark().conf();
    settings.forEach(session::set);
    try {
      return serve(spec);
    } finally {
      // A query goes on with a copy of what its session was set to.
      settings.keySet().forEach(session::unset);
    }
  }

  /** Writer options that make this mode's batches cheap, for tests with very many of them. */
  default Map<String, String> quickBatchOptions() {
    return Map.of();
  }

  /** Whether tasks run in JVMs that have a server. */
  default boolean tasksAreBesideServers() {
    return true;
  }

  /** Whether rows may go through a shuffle, and so to other JVMs. */
  default boolean canShuffle() {
    return true;
  }

  /** A port that nobody uses. */
  default int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      return socket.getLocalPort();
    }
  }

  default LiveService serve(String api, UnaryOperator<Dataset<Row>> pipeline) throws Exception {
    return serve(ServiceSpec.of(api, pipeline));
  }
}
