package io.sparkserving.server.worker;

import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.options.ServerScope;
import io.sparkserving.options.ServiceConfiguration;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an executor needs to start a server of a service. Travels inside Spark's task data.
 *
 * @param options options of the reader, as given
 * @param scope that of these which every task asks for, so that tasks need not parse them
 * @param coordinator endpoint of the coordinator; its id names this run of the service, and by its
 *     secret servers speak to the coordinator, and the gateway marks clients
 */
public record ServerSpec(
    Map<String, String> options, ServerScope scope, ServiceEndpoint coordinator)
    implements Serializable {

  /** Makes the specification of all servers of one run of a service. */
  public static ServerSpec of(ServiceConfiguration configuration, ServiceEndpoint coordinator) {
    Map<String, String> options = anyCase(configuration.options());
    // What the driver has found out of its Spark holds for all.
    options.put("internal.tls", Boolean.toString(configuration.operations().internal().tls()));
    return new ServerSpec(new HashMap<>(options), configuration.serverScope(), coordinator);
  }

  ServiceConfiguration configuration() {
    return ServiceConfiguration.parse(anyCase(options));
  }

  private static Map<String, String> anyCase(Map<String, String> options) {
    Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(options);
    return anyCase;
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

  /**
   * The endpoint of the server on an executor whose requests a partition's tasks take.
   *
   * @param configuration of the service
   * @param servers all that are known
   * @return null if that server is not known yet
   */
  public static @Nullable ServiceEndpoint home(
      ServiceConfiguration configuration,
      List<Announcement> servers,
      String executorId,
      int partition) {
    String slot = slot(configuration.serverScope(), partition);
    for (Announcement server : servers) {
      if (server.isOf(executorId) && server.slot().equals(slot)) {
        return server.endpoint();
      }
    }
    return null;
  }

  /** A text that is the same for all partitions that share one server of a JVM. */
  static String slot(ServerScope scope, int partition) {
    return scope == ServerScope.PARTITION ? Integer.toString(partition) : "";
  }
}
