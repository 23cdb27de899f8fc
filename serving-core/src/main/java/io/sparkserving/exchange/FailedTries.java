package io.sparkserving.exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds the failed try of a task against the exchanges that it may be due to: the oldest one left
 * unanswered, or all of them where any may have done it. The lock of {@link Leases} guards all
 * calls.
 */
final class FailedTries {
  /** Into how many groups those of a failed try are dealt, most of which succeed then. */
  private static final int GROUPS = 8;

  /** Fewer than Spark hands to Python at once: a group is answered whole, or not at all. */
  private static final int MOST_TOGETHER = 64;

  private final int maxRequestAttempts;

  FailedTries(int maxRequestAttempts) {
    this.maxRequestAttempts = maxRequestAttempts;
  }

  /** Holds a failure against whom it may be due to; returns the exchanges to give up. */
  List<Exchange> blame(Lease lease) {
    List<Exchange> unanswered = lease.unanswered();
    // Of several readers, the one that failed need not be the one that has answered some.
    boolean hasAnsweredNone =
        unanswered.size() == lease.delivered() || lease.share().hasSeveralReaders();
    boolean maySuspectAll =
        maxRequestAttempts > 1
            && unanswered.size() > 1
            && hasAnsweredNone
            && unanswered.stream().allMatch(each -> each.mostTogether() > 1);
    if (!maySuspectAll) {
      return blame(unanswered.stream().limit(1).toList());
    }
    int together = Math.max(1, Math.min(MOST_TOGETHER, unanswered.size() / GROUPS));
    unanswered.forEach(each -> each.noteSuspicion(together));
    return List.of();
  }

  /** Holds a failure against each of several; returns those that have failed too often. */
  List<Exchange> blame(List<Exchange> exchanges) {
    List<Exchange> givenUp = new ArrayList<>();
    for (Exchange exchange : exchanges) {
      if (exchange.noteFailedAttempt() >= maxRequestAttempts) {
        givenUp.add(exchange);
      }
    }
    return givenUp;
  }

  /** Whether an exchange has failed so often that no task gets it any more. */
  boolean isGivenUp(Exchange exchange) {
    return exchange.failedAttempts() >= maxRequestAttempts;
  }
}
