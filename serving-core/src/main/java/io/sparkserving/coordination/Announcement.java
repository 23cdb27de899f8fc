package io.sparkserving.coordination;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.ServiceInfo;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.Hosts;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.routing.ChannelAddress;
import io.sparkserving.routing.ServiceEndpoint;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server tells the coordinator of itself.
 *
 * @param serverId names the server, and is {@code originatingService} of its rows
 * @param executorId Spark's id of the executor
 * @param slot which of its JVM's servers it is
 * @param port that is bound
 * @param machineAddress reachable from the other machines of the cluster
 * @param certificate fingerprint of what it shows to gateways, or null if it speaks plain text
 * @param channel of its JVM, or null in the driver's own
 * @param forwarded {@code host:port} of a gateway that forwards to it, or null
 */
public record Announcement(
    String serverId,
    String executorId,
    String slot,
    int port,
    String machineAddress,
    @Nullable String certificate,
    @Nullable ChannelAddress channel,
    @Nullable String forwarded) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  byte[] toBytes() {
    try {
      return MAPPER.writeValueAsBytes(
          MAPPER
              .createObjectNode()
              .put("serverId", serverId)
              .put("executorId", executorId)
              .put("slot", slot)
              .put("port", port)
              .put("machineAddress", machineAddress)
              .put("certificate", certificate)
              .put("channelHost", channel == null ? null : channel.host())
              .put("channelPort", channel == null ? 0 : channel.port())
              .put("channelCertificate", channel == null ? null : channel.certificate())
              .put("forwarded", forwarded));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write an announcement as JSON", e);
    }
  }

  static Announcement read(byte[] message) throws IOException {
    JsonNode node = MAPPER.readTree(message);
    String channelHost = node.path("channelHost").textValue();
    return new Announcement(
        node.path("serverId").asText(),
        node.path("executorId").asText(),
        node.path("slot").asText(),
        node.path("port").asInt(),
        node.path("machineAddress").asText(),
        node.path("certificate").textValue(),
        channelHost == null
            ? null
            : new ChannelAddress(
                channelHost,
                node.path("channelPort").asInt(),
                node.path("channelCertificate").textValue()),
        node.path("forwarded").textValue());
  }

  Announcement forwardedAt(Optional<String> address) {
    return new Announcement(
        serverId,
        executorId,
        slot,
        port,
        machineAddress,
        certificate,
        channel,
        address.orElse(null));
  }

  boolean isOf(String executor) {
    return executorId.equals(executor);
  }

  /** Whether both are the same server of the same JVM, so that the earlier one has gone. */
  boolean replaces(Announcement other) {
    return executorId.equals(other.executorId) && slot.equals(other.slot);
  }

  ServiceEndpoint endpoint(Secret secret) {
    return new ServiceEndpoint(serverId, secret, channel);
  }

  /** How the gateway reaches the server: where it listens to all the world, by its machine. */
  Backend backend(ServiceConfiguration configuration) {
    String host = configuration.host();
    return new Backend(serverId, Hosts.isAny(host) ? machineAddress : host, port, certificate);
  }

  ServiceInfo info(ServiceConfiguration configuration) {
    return new ServiceInfo(
        configuration.name(),
        configuration.host(),
        port,
        configuration.path(),
        machineAddress,
        forwarded,
        configuration.operations().transport().scheme());
  }
}
