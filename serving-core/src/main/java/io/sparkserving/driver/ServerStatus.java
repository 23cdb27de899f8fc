package io.sparkserving.driver;

import io.sparkserving.server.ServerInfo;
import java.util.Optional;

/**
 * One server of a service, and what it tells of itself.
 *
 * @param serverId names it
 * @param executorId Spark's id of the executor, or {@code driver}
 * @param info where it can be reached
 * @param report as {@link io.sparkserving.metrics.ServerReport} writes it; empty if it did not
 *     answer in time
 */
public record ServerStatus(
    String serverId, String executorId, ServerInfo info, Optional<byte[]> report) {}
