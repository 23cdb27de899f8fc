package io.sparkserving.channel;

import io.sparkserving.exchange.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** A task's question how it reaches a server, of which it knows nothing but the id. */
public final class EndpointQuestion {
  /** Where the question goes. */
  public static final String PATH = "/endpoint";

  private EndpointQuestion() {}

  /** Writes the question for a server. */
  public static byte[] toBytes(String serverId) {
    return written(out -> out.writeUTF(serverId));
  }

  /** Reads the id of the server that is asked for. */
  public static String read(byte[] question) throws IOException {
    return in(question).readUTF();
  }

  /**
   * Writes the answer.
   *
   * @param endpoint of the server; empty if there is none, or it has no internal channel
   */
  public static byte[] answer(Optional<ServiceEndpoint> endpoint) {
    return written(
        out -> {
          ChannelAddress channel = endpoint.map(ServiceEndpoint::channel).orElse(null);
          if (channel == null) {
            return;
          }
          out.writeUTF(endpoint.get().secret().reveal());
          out.writeUTF(channel.host());
          out.writeInt(channel.port());
          out.writeUTF(channel.certificate() == null ? "" : channel.certificate());
        });
  }

  /**
   * Reads what {@link #answer} wrote.
   *
   * @param serverId the server that was asked for
   * @param asked who has answered, and is told of replies that cannot be delivered to the server
   */
  public static Optional<ServiceEndpoint> readAnswer(
      byte[] answer, String serverId, ServiceEndpoint asked) throws IOException {
    if (answer.length == 0) {
      return Optional.empty();
    }
    DataInputStream in = in(answer);
    Secret secret = Secret.of(in.readUTF());
    String host = in.readUTF();
    int port = in.readInt();
    String certificate = in.readUTF();
    ChannelAddress channel =
        new ChannelAddress(host, port, certificate.isEmpty() ? null : certificate);
    return Optional.of(new ServiceEndpoint(serverId, secret, channel, asked));
  }

  private static DataInputStream in(byte[] message) {
    return new DataInputStream(new ByteArrayInputStream(message));
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writing.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to memory", e);
    }
    return bytes.toByteArray();
  }
}
