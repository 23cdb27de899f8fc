package io.sparkserving.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Secret;
import io.sparkserving.options.InternalConfiguration;
import io.sparkserving.options.PortRange;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InternalChannelHandlerTest {
  private static final InternalConfiguration ANYWHERE =
      new InternalConfiguration(false, PortRange.ANY);
  private static final String ID = "failing";

  private record FailingPeer(Secret secret) implements ChannelPeer {
    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) {
      throw new NoClassDefFoundError("of the test");
    }
  }

  private record TwoSecrets(Secret secret, Secret other) implements ChannelPeer {
    @Override
    public Secret secret(String path) {
      return path.equals("/other") ? other : secret;
    }

    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) {
      return CompletableFuture.completedFuture(new byte[0]);
    }
  }

  @AfterEach
  void remove() {
    ChannelPeers.remove(ID);
  }

  @Test
  void aMessageOnWhichThePeerFailsIsAnswered500() throws Exception {
    Secret secret = Secret.random();
    ChannelPeers.add(ID, new FailingPeer(secret));
    int port = InternalChannel.address("127.0.0.1", "127.0.0.1", ANYWHERE).port();
    byte[] message =
        RawRequest.post("/path", "a message in two pieces")
            .header(InternalChannelHandler.PEER, ID)
            .header(InternalChannelHandler.SECRET, secret.reveal())
            .bytes();
    try (RawHttp http = RawHttp.connect("127.0.0.1", port)) {
      http.send(Arrays.copyOf(message, message.length - 5));
      http.send(Arrays.copyOfRange(message, message.length - 5, message.length));
      assertThat(http.read().status()).isEqualTo(500);
    }
  }

  @Test
  void aSecretOpensThePathsThatItIsForAndNoOthers() throws Exception {
    Secret secret = Secret.random();
    Secret other = Secret.random();
    ChannelPeers.add(ID, new TwoSecrets(secret, other));

    assertThat(status("/path", secret)).isEqualTo(200);
    assertThat(status("/other", other)).isEqualTo(200);
    assertThat(status("/path", other)).isEqualTo(403);
    assertThat(status("/other", secret)).isEqualTo(403);
    assertThat(status("/a/../other", secret)).isEqualTo(403);
  }

  private static int status(String path, Secret secret) throws Exception {
    int port = InternalChannel.address("127.0.0.1", "127.0.0.1", ANYWHERE).port();
    try (RawHttp http = RawHttp.connect("127.0.0.1", port)) {
      http.send(
          RawRequest.post(path, "")
              .header(InternalChannelHandler.PEER, ID)
              .header(InternalChannelHandler.SECRET, secret.reveal())
              .bytes());
      return http.read().status();
    }
  }
}
