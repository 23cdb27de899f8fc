package io.sparkserving.channel;

import org.apache.spark.SparkEnv;

/** How other machines of the cluster reach this one, as Spark itself has settled it. */
public final class MachineAddress {
  private MachineAddress() {}

  /** Host name or address. */
  public static String get() {
    SparkEnv environment = SparkEnv.get();
    return environment == null ? "localhost" : environment.blockManager().blockManagerId().host();
  }
}
