package io.sparkserving.driver;

import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.InternalChannel;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/** Makes, on the driver, the endpoints by which tasks reach the services of the driver's JVM. */
public final class DriverEndpoints {
  private DriverEndpoints() {}

  /** The endpoint of a service in the driver's JVM. */
  public static ServiceEndpoint of(ServerExchanges exchanges) {
    return of(
        exchanges.serverId(),
        exchanges.secret(),
        exchanges.configuration().operations().internalTls());
  }

  /**
   * The endpoint of whoever takes messages in the driver's JVM.
   *
   * @param tls whether messages come under TLS
   */
  public static ServiceEndpoint of(String id, Secret secret, boolean tls) {
    return new ServiceEndpoint(id, secret, channelIfNeeded(tls));
  }

  /** In local mode every task runs in this JVM and needs no channel. */
  private static @Nullable ChannelAddress channelIfNeeded(boolean tls) {
    if (SparkContext.getOrCreate().isLocal()) {
      return null;
    }
    SparkConf conf = SparkEnv.get().conf();
    String host = conf.get("spark.driver.host", "localhost");
    return InternalChannel.address(conf.get("spark.driver.bindAddress", host), host, tls);
  }
}
