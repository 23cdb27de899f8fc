package io.sparkserving.exchange;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a task in another JVM says when it asks for more requests. Replies that it gave before have
 * arrived by then.
 *
 * @param key under which the task holds its share
 * @param isFirst whether it has not asked before
 * @param held number of its rows that stages hold, which are answered later
 * @param heldRequests ids of the requests of those rows, where all other rows are through and what
 *     is unanswered of them will stay so; null where that is not known
 * @param waitMillis how long the task waits for requests
 */
public record TaskPoll(
    LeaseKey key, boolean isFirst, long held, @Nullable Set<Long> heldRequests, long waitMillis) {

  /** What a task is told. */
  public sealed interface Answer {
    /** To work on requests, or to ask again if there are none. */
    record Requests(List<Exchange> exchanges) implements Answer {}

    /** To take no more. */
    record End() implements Answer {}
  }
}
