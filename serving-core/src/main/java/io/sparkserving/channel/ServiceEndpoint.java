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
 */
public record ServiceEndpoint(String serverId, Secret secret, @Nullable ChannelAddress channel)
    implements Serializable {}
