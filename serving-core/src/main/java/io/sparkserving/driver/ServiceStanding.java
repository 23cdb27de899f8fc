package io.sparkserving.driver;

import org.jspecify.annotations.Nullable;

/**
 * How a service is doing, at one moment.
 *
 * @param service whose standing this is
 * @param state the standing in a word
 * @param reason the standing in a sentence, for whoever asks
 * @param consumer the query that takes the requests, or null while none does
 */
public record ServiceStanding(
    RunningService service, State state, String reason, @Nullable Consumer consumer) {

  /** What a service is doing. */
  public enum State {
    /** The service listens, or is about to; no query is ready yet. */
    STARTING,
    /** A query takes the requests. */
    SERVING,
    /** The query is about to be stopped. */
    DRAINING,
    /** The query has failed and is to start again. */
    RESTARTING,
    /** The query has failed too often; the service answers 503. */
    GIVEN_UP
  }
}
