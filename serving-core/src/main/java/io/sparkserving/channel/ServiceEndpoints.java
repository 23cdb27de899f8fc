package io.sparkserving.channel;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How tasks reach the servers of one service. Travels only inside Spark's task data.
 *
 * @param service its name
 * @param servers those that are known when the tasks are made
 * @param directory who can be {@linkplain EndpointQuestion asked} for those that come while the
 *     tasks run; null if none will
 */
public record ServiceEndpoints(
    String service, List<ServiceEndpoint> servers, @Nullable ServiceEndpoint directory)
    implements Serializable {}
