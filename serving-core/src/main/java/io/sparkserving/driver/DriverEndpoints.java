package io.sparkserving.driver;

import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.InternalChannel;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.ServerExchanges;
import io.sparkserving.options.InternalConfiguration;
import io.sparkserving.options.PortRange;
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
        exchanges.configuration().operations().internal());
  }

  /**
   * The endpoint of whoever takes messages about no service in particular: under TLS, as services
   * may want that of all messages, and at the ports that a service has named.
   */
  public static ServiceEndpoint ofAllServices(String id, Secret secret) {
    PortRange ports = ServiceRegistry.jvm().catalogue().internalPorts();
    return of(id, secret, new InternalConfiguration(true, ports));
  }

  /**
   * The endpoint of whoever takes messages in the driver's JVM.
   *
   * @param internal how messages come
   */
  public static ServiceEndpoint of(String id, Secret secret, InternalConfiguration internal) {
    return new ServiceEndpoint(id, secret, channelIfNeeded(internal));
  }

  /** In local mode every task runs in this JVM and needs no channel. */
  private static @Nullable ChannelAddress channelIfNeeded(InternalConfiguration internal) {
    if (SparkContext.getOrCreate().isLocal()) {
      return null;
    }
    SparkConf conf = SparkEnv.get().conf();
    String host = conf.get("spark.driver.host", "localhost");
    return InternalChannel.address(conf.get("spark.driver.bindAddress", host), host, internal);
  }
}
