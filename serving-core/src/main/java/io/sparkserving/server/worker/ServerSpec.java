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
 * @param options of the reader, as given
 * @param coordinator whom to report to; its id is that of this run of the service, and its secret
 *     that of all its servers
 */
public record ServerSpec(Map<String, String> options, ServiceEndpoint coordinator)
    implements Serializable {

  public static ServerSpec of(ServiceConfiguration configuration, ServiceEndpoint coordinator) {
    return new ServerSpec(new HashMap<>(configuration.options()), coordinator);
  }

  ServiceConfiguration configuration() {
    Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(options);
    return ServiceConfiguration.parse(anyCase);
  }

  /** Without the options, as some of them are secret. */
  @Override
  public String toString() {
    return "ServerSpec[" + runId() + "]";
  }

  /** Names this run of the service. */
  public String runId() {
    return coordinator.serverId();
  }

  /** Which of its JVM's servers of the service a partition uses; the same text, the same server. */
  static String slot(ServiceConfiguration configuration, int partition) {
    return configuration.serverScope() == ServerScope.PARTITION ? Integer.toString(partition) : "";
  }
}
