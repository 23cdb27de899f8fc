package io.sparkserving.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.ExecutorAllocationClient;
import org.apache.spark.SparkEnv;
import org.apache.spark.scheduler.ExecutorDecommissionInfo;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** A Spark whose executors are JVMs of their own on this machine. */
public final class ExecutorCluster {

  private ExecutorCluster() {}

  /** Starts it with one core an executor. */
  public static SparkSession start(int executors) throws IOException {
    return start(executors, 1, Map.of("spark.sql.autoBroadcastJoinThreshold", "-1"));
  }

  /**
   * Starts it. Spark wants a home with a folder of jars to start executors from; theirs is empty,
   * because they get this JVM's whole class path.
   */
  public static SparkSession start(int executors, int coresEach, Map<String, String> settings)
      throws IOException {
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    Map<String, String> all = new HashMap<>(settings);
    all.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    all.put("spark.executor.extraJavaOptions", "-Djava.io.tmpdir=" + temporaryFolder());
    return SparkSessions.start("local-cluster[%d,%d,1024]".formatted(executors, coresEach), all);
  }

  /** Called in a task: the executor it runs on and the process id of its JVM. */
  public static String executor() {
    return SparkEnv.get().executorId() + ":" + ProcessHandle.current().pid();
  }

  /** Has Spark give up an executor, as Kubernetes does with {@code SIGPWR} before it ends a pod. */
  public static void decommission(SparkSession spark, String executorId) {
    ExecutorAllocationClient executors =
        (ExecutorAllocationClient) spark.sparkContext().schedulerBackend();
    executors.decommissionExecutor(
        executorId, new ExecutorDecommissionInfo("test", Option.empty()), false, false);
  }

  private static Path temporaryFolder() throws IOException {
    return Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
  }
}
