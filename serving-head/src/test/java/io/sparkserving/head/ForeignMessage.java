package io.sparkserving.head;

import io.sparkserving.channel.InternalChannel;
import io.sparkserving.options.InternalConfiguration;
import io.sparkserving.options.PortRange;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A reply put on the driver's internal channel by hand, as someone on the network might try to. */
final class ForeignMessage {

  private final String serverId;
  private final byte[] message;

  private ForeignMessage(String serverId, byte[] message) {
    this.serverId = serverId;
    this.message = message;
  }

  static ForeignMessage reply(String serverId, long requestId, String body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    out.writeByte(2);
    out.writeLong(requestId);
    // Of the whole request, and no record of it.
    out.writeInt(0);
    out.writeInt(0);
    out.writeBoolean(false);
    out.writeInt(200);
    out.writeInt(0);
    out.writeInt(content.length);
    out.write(content);
    return new ForeignMessage(serverId, bytes.toByteArray());
  }

  /** The same message to another service. */
  ForeignMessage to(String otherServerId) {
    return new ForeignMessage(otherServerId, message);
  }

  /** Sends the message with this secret; the status of the answer. */
  int sendWithSecret(String secret) throws IOException {
    return send(request().header("Serving-Secret", secret));
  }

  int sendWithoutSecret() throws IOException {
    return send(request());
  }

  private RawRequest request() {
    return RawRequest.of("POST", "/replies").header("Serving-Server-Id", serverId);
  }

  private int send(RawRequest request) throws IOException {
    int port =
        InternalChannel.address(
                "127.0.0.1", "localhost", new InternalConfiguration(false, PortRange.ANY))
            .port();
    try (RawHttp http = RawHttp.connect(port)) {
      return http.call(request.body(message)).status();
    }
  }
}
