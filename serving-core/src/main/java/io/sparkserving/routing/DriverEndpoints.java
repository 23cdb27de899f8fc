package io.sparkserving.routing;

import io.sparkserving.exchange.Secret;
import io.sparkserving.exchange.Service;
import io.sparkserving.service.ServiceRegistry;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;

/** Makes, on the driver, what tasks need to reach the services of the driver's JVM. */
public final class DriverEndpoints {
  private DriverEndpoints() {}

  /** The endpoint of a service in the driver's JVM. */
  public static ServiceEndpoint of(Service service) {
    return of(
        service.serverId(), service.secret(), service.configuration().operations().internalTls());
  }

  /**
   * The endpoint of whoever takes messages in the driver's JVM.
   *
   * @param tls whether they come under TLS
   */
  public static ServiceEndpoint of(String id, Secret secret, boolean tls) {
    return new ServiceEndpoint(id, secret, channelIfNeeded(tls));
  }

  /** The endpoints of all services that run now; none anywhere but on the driver. */
  public static List<ServiceEndpoint> all() {
    return ServiceRegistry.jvm().running().stream()
        .flatMap(service -> service.endpoints().stream())
        .toList();
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
