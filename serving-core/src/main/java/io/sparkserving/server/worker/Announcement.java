package io.sparkserving.server.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkserving.channel.ChannelAddress;
import io.sparkserving.channel.ServiceEndpoint;
import io.sparkserving.exchange.Secret;
import io.sparkserving.options.ServiceConfiguration;
import io.sparkserving.server.ServerInfo;
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

  public byte[] toBytes() {
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

  public static Announcement read(byte[] message) throws IOException {
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

  /** The announcement of the same server once it listens, and a gateway forwards to it or not. */
  Announcement at(int boundPort, Optional<String> forwardedAddress) {
    return new Announcement(
        serverId,
        executorId,
        slot,
        boundPort,
        machineAddress,
        certificate,
        channel,
        forwardedAddress.orElse(null));
  }

  public boolean isOf(String executor) {
    return executorId.equals(executor);
  }

  /** Whether both are the same server of the same JVM, so that the earlier one has gone. */
  public boolean replaces(Announcement other) {
    return executorId.equals(other.executorId) && slot.equals(other.slot);
  }

  public ServiceEndpoint endpoint(Secret secret) {
    return new ServiceEndpoint(serverId, secret, channel);
  }

  public ServerInfo info(ServiceConfiguration configuration) {
    return new ServerInfo(
        configuration.name(),
        configuration.host(),
        port,
        configuration.path(),
        machineAddress,
        forwarded,
        configuration.operations().transport().scheme());
  }
}
