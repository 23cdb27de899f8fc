package io.sparkserving.distributed;

import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.routing.ServiceEndpoint;
import java.io.Serializable;
import java.util.Map;

/**
 * What an executor needs to start a server of a service. Travels inside Spark's task data.
 *
 * @param options of the reader, as given
 * @param coordinator whom to report to; its id is that of this run of the service, and its secret
 *     that of all its servers
 */
record ServerSpec(Map<String, String> options, ServiceEndpoint coordinator)
    implements Serializable {

  ServiceConfiguration configuration() {
    return ServiceConfiguration.parse(options);
  }

  String runId() {
    return coordinator.serverId();
  }
}
