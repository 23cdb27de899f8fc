package io.sparkserving.channel;

import io.sparkserving.exchange.Secret;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Somebody in this JVM who takes messages on the internal channel. */
public interface ChannelPeer {
  /** The secret that a message must carry to be let in. */
  Secret secret();

  /** The secret for one path, of a peer that does not do the same for all who send. */
  default Secret secret(String path) {
    return secret();
  }

  /**
   * Takes a message, on a thread of the channel or of a sender in this JVM, and must not block.
   *
   * @param path what is asked
   * @return the answer, when it is there
   * @throws IOException for a message that cannot be read, or a path that nobody knows
   */
  CompletableFuture<byte[]> receive(String path, byte[] message) throws IOException;
}
