package io.sparkserving.server.worker;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.options.ServerScope;
import io.sparkserving.options.ServiceConfiguration;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an executor needs to start a server of a service. Travels inside Spark's task data.
 *
 * @param options options of the reader, as given
 * @param coordinator endpoint of the coordinator; its id names this run of the service, and its
 *     secret is that of all servers of the run
 */
public record ServerSpec(Map<String, String> options, ServiceEndpoint coordinator)
    implements Serializable {

  /** Makes the specification of all servers of one run of a service. */
  public static ServerSpec of(ServiceConfiguration configuration, ServiceEndpoint coordinator) {
    return new ServerSpec(new HashMap<>(configuration.options()), coordinator);
  }

  ServiceConfiguration configuration() {
    Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(options);
    return ServiceConfiguration.parse(anyCase);
  }

  /** The id of the run, without the options, as some of those are secret. */
  @Override
  public String toString() {
    return "ServerSpec[" + runId() + "]";
  }

  /** The id of this run of the service. */
  public String runId() {
    return coordinator.serverId();
  }

  /** A text that is the same for all partitions that share one server of a JVM. */
  static String slot(ServiceConfiguration configuration, int partition) {
    return configuration.serverScope() == ServerScope.PARTITION ? Integer.toString(partition) : "";
  }
}
