package io.sparkserving.driver;

import io.sparkserving.server.ServerInfo;
import java.util.Optional;

/**
 * One server of a service, and what the server tells of itself.
 *
 * @param serverId names the server
 * @param executorId Spark's id of the executor, or {@code driver}
 * @param info where the server can be reached
 * @param report of the server, as {@link io.sparkserving.metrics.ServerReport} writes it; empty if
 *     the server did not answer in time
 */
public record ServerStatus(
    String serverId, String executorId, ServerInfo info, Optional<byte[]> report) {}
