package io.sparkserving.driver;

import org.jspecify.annotations.Nullable;

/**
 * How a service is doing, at one moment.
 *
 * @param service whose standing it is
 * @param state in a word
 * @param reason a sentence for whoever asks
 * @param consumer who takes its requests, or null while nobody does
 */
public record ServiceStanding(
    RunningService service, State state, String reason, @Nullable Consumer consumer) {

  /** What a service is doing. */
  public enum State {
    /** It listens, or is about to; no query is ready yet. */
    STARTING,
    /** A query takes its requests. */
    SERVING,
    /** Its query is about to be stopped. */
    DRAINING,
    /** Its query has failed and is to start again. */
    RESTARTING,
    /** Its query has failed too often; it answers 503. */
    GIVEN_UP
  }
}
