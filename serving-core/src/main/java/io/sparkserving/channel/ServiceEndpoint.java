package io.sparkserving.channel;

import io.sparkserving.exchange.Secret;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint by which a task reaches the JVM that holds a service's connections. It travels only
 * inside Spark's task data.
 *
 * @param serverId id of the server in that JVM
 * @param secret secret that messages to the server must carry
 * @param channel internal channel of that JVM, or null where all tasks run in that JVM
 * @param lostReplies who is told of replies that cannot be delivered there; null for the server
 *     itself
 */
public record ServiceEndpoint(
    String serverId,
    Secret secret,
    @Nullable ChannelAddress channel,
    @Nullable ServiceEndpoint lostReplies)
    implements Serializable {

  /** An endpoint that is told itself of replies that cannot be delivered there. */
  public ServiceEndpoint(String serverId, Secret secret, @Nullable ChannelAddress channel) {
    this(serverId, secret, channel, null);
  }

  /** The same endpoint, but somebody else is told of replies that cannot be delivered there. */
  public ServiceEndpoint withLostReplies(ServiceEndpoint told) {
    return new ServiceEndpoint(serverId, secret, channel, told);
  }
}
