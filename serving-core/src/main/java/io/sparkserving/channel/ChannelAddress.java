package io.sparkserving.channel;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where a JVM's internal channel listens.
 *
 * @param host reachable from the other machines of the cluster
 * @param port bound port
 * @param certificate SHA-256 fingerprint of the certificate that the channel shows, in hexadecimal
 *     digits; null for plain text
 */
public record ChannelAddress(String host, int port, @Nullable String certificate)
    implements Serializable {

  /** Host and port, without the fingerprint, which says nothing to a reader of logs. */
  @Override
  public String toString() {
    return host + ":" + port + (certificate == null ? "" : " (TLS)");
  }
}
