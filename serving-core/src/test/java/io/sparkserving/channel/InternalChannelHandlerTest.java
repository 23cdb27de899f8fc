package io.sparkserving.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkserving.exchange.Secret;
import io.sparkserving.testing.RawHttp;
import io.sparkserving.testing.RawRequest;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InternalChannelHandlerTest {
  private static final String ID = "failing";

  private record FailingPeer(Secret secret) implements ChannelPeer {
    @Override
    public CompletableFuture<byte[]> receive(String path, byte[] message) {
      throw new NoClassDefFoundError("of the test");
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
    int port = InternalChannel.address("127.0.0.1", "127.0.0.1", false).port();
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
}
