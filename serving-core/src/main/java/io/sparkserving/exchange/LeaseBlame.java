package io.sparkserving.exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * What the end of its query is held against, of the exchanges that one task had; nothing, for a few
 * times, where something else made the task fail. {@link Leases} calls, under its lock.
 */
final class LeaseBlame {
  private boolean acquitted;
  private List<Exchange> blamed = List.of();

  /** Returns those of the unanswered exchanges that a failed try is to be held against. */
  List<Exchange> of(List<Exchange> unanswered) {
    List<Exchange> left = new ArrayList<>(unanswered);
    if (acquitted) {
      left.removeIf(Exchange::mayBeAcquitted);
    }
    blamed = left;
    return left;
  }

  /** Notes, before the query has ended or after, that something else made the task fail. */
  void acquit() {
    acquitted = true;
    blamed.stream().filter(Exchange::mayBeAcquitted).forEach(Exchange::takeBackFailedAttempt);
    blamed = List.of();
  }
}
