package io.sparkserving.routing;

import java.io.Serializable;

/**
 * Where a JVM's internal channel listens.
 *
 * @param host reachable from the other machines of the cluster
 * @param port bound port
 */
public record ChannelAddress(String host, int port) implements Serializable {}
