package io.sparkserving.operations.balancing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.driver.RunningService;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/** Lists the servers that Prometheus is to scrape, as its {@code http_sd_configs} reads a list. */
public final class PrometheusTargets {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PrometheusTargets() {}

  /** Returns the servers of services that are measured and show that at their own ports. */
  public static String of(Collection<RunningService> services) {
    SortedSet<String> addresses = new TreeSet<>();
    for (RunningService service : services) {
      if (tellsAtItsOwnPort(service)) {
        service
            .servers()
            .forEach(server -> addresses.add(ServerAddress.inCluster(server).toString()));
      }
    }
    ArrayNode groups = MAPPER.createArrayNode();
    if (!addresses.isEmpty()) {
      ObjectNode group = groups.addObject();
      ArrayNode targets = group.putArray("targets");
      addresses.forEach(targets::add);
      group.putObject("labels");
    }
    try {
      return MAPPER.writeValueAsString(groups);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write targets as JSON", e);
    }
  }

  private static boolean tellsAtItsOwnPort(RunningService service) {
    return service.configuration().operations().metrics()
        && service.configuration().operations().managementPort().isEmpty();
  }
}
