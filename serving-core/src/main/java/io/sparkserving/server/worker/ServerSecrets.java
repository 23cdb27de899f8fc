package io.sparkserving.server.worker;

import io.sparkserving.exchange.Secret;

/**
 * The secrets that messages to one server must carry. The server makes them, and tells the driver
 * alone, which passes on to tasks the one for replies.
 *
 * @param replies opens what tasks ask of the server
 * @param commands opens what the driver tells the server
 */
public record ServerSecrets(Secret replies, Secret commands) {
  /** Makes the secrets of a new server. */
  public static ServerSecrets random() {
    return new ServerSecrets(Secret.random(), Secret.random());
  }
}
