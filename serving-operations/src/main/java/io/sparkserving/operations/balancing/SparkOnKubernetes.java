package io.sparkserving.operations.balancing;

import io.sparkserving.channel.MachineAddress;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/**
 * An application that Spark runs in pods of its own making, with the labels that Spark gives them.
 *
 * @param namespace of the pods
 * @param applicationId value of their label {@code spark-app-selector}
 * @param driverAddress machine address of the driver
 * @param driverIsPod whether Spark made the driver's pod too, as it does in cluster mode
 */
public record SparkOnKubernetes(
    String namespace, String applicationId, String driverAddress, boolean driverIsPod) {

  /** Returns the application of this JVM, or null where it does not run on Kubernetes. */
  public static @Nullable SparkOnKubernetes current() {
    SparkEnv environment = SparkEnv.get();
    return environment == null ? null : of(environment.conf(), MachineAddress.get());
  }

  static @Nullable SparkOnKubernetes of(SparkConf conf, String driverAddress) {
    if (!conf.get("spark.master", "").startsWith("k8s://") || !conf.contains("spark.app.id")) {
      return null;
    }
    return new SparkOnKubernetes(
        conf.get("spark.kubernetes.namespace", "default"),
        conf.get("spark.app.id"),
        driverAddress,
        // In cluster mode the driver's own deploy mode reads "client"; only this tells.
        conf.getBoolean("spark.kubernetes.submitInDriver", false));
  }

  boolean runsOnDriver(String machineAddress) {
    return machineAddress.equals(driverAddress);
  }
}
