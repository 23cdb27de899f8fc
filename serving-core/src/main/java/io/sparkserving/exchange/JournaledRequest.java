package io.sparkserving.exchange;

/**
 * A request as it was written down.
 *
 * @param serverId of the server that had the connection
 * @param position of the batch that had the request
 * @param partition of the task that took the request
 * @param id number of the request's exchange, unique in its server
 * @param takenMicros when the task took the request, in microseconds since 1970-01-01 UTC
 * @param arrivalMicros when the request had arrived
 * @param message the request
 */
public record JournaledRequest(
    String serverId,
    JournalRange.Position position,
    int partition,
    long id,
    long takenMicros,
    long arrivalMicros,
    RequestMessage message) {}
