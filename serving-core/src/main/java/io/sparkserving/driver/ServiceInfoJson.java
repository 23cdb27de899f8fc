package io.sparkserving.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.server.ServerInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the addresses of servers as JSON. */
public final class ServiceInfoJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ServiceInfoJson() {}

  /** Writes every server of all services that run on this driver. */
  public static String writeAll() {
    return write(
        ServiceRegistry.jvm().catalogue().running().stream()
            .flatMap(service -> service.servers().stream())
            .toList());
  }

  /** Writes an array with an object for each server. */
  public static String write(List<ServerInfo> servers) {
    List<Map<String, Object>> objects = new ArrayList<>();
    for (ServerInfo server : servers) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", server.name());
      object.put("host", server.host());
      object.put("port", server.port());
      object.put("path", server.path());
      object.put("machineAddress", server.machineAddress());
      object.put("forwardedAddress", server.forwardedAddress());
      object.put("scheme", server.scheme());
      objects.add(object);
    }
    try {
      return MAPPER.writeValueAsString(objects);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write service info as JSON", e);
    }
  }
}
