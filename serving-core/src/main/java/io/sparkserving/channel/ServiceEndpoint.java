package io.sparkserving.channel;

import io.sparkserving.exchange.Secret;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a task reaches the JVM that holds a service's connections. Travels only inside Spark's task
 * data.
 *
 * @param serverId the service in that JVM
 * @param secret what it wants to hear
 * @param channel that JVM's internal channel, or null where all tasks run in that JVM
 */
public record ServiceEndpoint(String serverId, Secret secret, @Nullable ChannelAddress channel)
    implements Serializable {}
