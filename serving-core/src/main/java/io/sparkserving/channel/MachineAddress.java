package io.sparkserving.channel;

import org.apache.spark.SparkEnv;

/** The address of this machine for the others of the cluster, as Spark itself has settled it. */
public final class MachineAddress {
  private MachineAddress() {}

  /** Returns the host name or address of this machine. */
  public static String get() {
    SparkEnv environment = SparkEnv.get();
    return environment == null ? "localhost" : environment.blockManager().blockManagerId().host();
  }
}
