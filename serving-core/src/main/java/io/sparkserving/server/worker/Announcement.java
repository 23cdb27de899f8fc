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
 * @param serverId id of the server, and {@code originatingService} of the rows from there
 * @param executorId Spark's id of the executor
 * @param slot tells the server from others of the service in its JVM
 * @param port bound port
 * @param machineAddress address of the machine, reachable from the others of the cluster
 * @param certificate fingerprint of the certificate that the server shows to gateways, or null for
 *     plain text
 * @param channel internal channel of the server's JVM, or null if that is the driver's
 * @param forwarded {@code host:port} of a gateway that forwards to the server, or null
 * @param secrets what messages to the server must carry
 */
public record Announcement(
    String serverId,
    String executorId,
    String slot,
    int port,
    String machineAddress,
    @Nullable String certificate,
    @Nullable ChannelAddress channel,
    @Nullable String forwarded,
    ServerSecrets secrets) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The first announcement of a server, which makes the secrets. */
  public Announcement(
      String serverId,
      String executorId,
      String slot,
      int port,
      String machineAddress,
      @Nullable String certificate,
      @Nullable ChannelAddress channel,
      @Nullable String forwarded) {
    this(
        serverId,
        executorId,
        slot,
        port,
        machineAddress,
        certificate,
        channel,
        forwarded,
        ServerSecrets.random());
  }

  /** Writes the announcement as JSON. */
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
              .put("replySecret", secrets.replies().reveal())
              .put("commandSecret", secrets.commands().reveal())
              .put("forwarded", forwarded));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write an announcement as JSON", e);
    }
  }

  /** Reads what {@link #toBytes} wrote. */
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
        node.path("forwarded").textValue(),
        new ServerSecrets(
            Secret.of(node.path("replySecret").asText()),
            Secret.of(node.path("commandSecret").asText())));
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
        forwardedAddress.orElse(null),
        secrets);
  }

  /** Whether the server is on the executor with that id of Spark's. */
  public boolean isOf(String executor) {
    return executorId.equals(executor);
  }

  /** Whether this server has the slot of the other in the same JVM, so that the other has gone. */
  public boolean replaces(Announcement other) {
    return executorId.equals(other.executorId) && slot.equals(other.slot);
  }

  /** The endpoint by which tasks reach the server. */
  public ServiceEndpoint endpoint() {
    return new ServiceEndpoint(serverId, secrets.replies(), channel);
  }

  /** The endpoint by which the driver commands the server. */
  public ServiceEndpoint commands() {
    return new ServiceEndpoint(serverId, secrets.commands(), channel);
  }

  /** Where the server can be reached. */
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
