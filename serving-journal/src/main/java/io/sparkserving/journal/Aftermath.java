package io.sparkserving.journal;

import io.sparkserving.exchange.ReplyMessage;
import io.sparkserving.journal.JournalRecord.Answer;
import io.sparkserving.journal.JournalRecord.Request;
import io.sparkserving.journal.JournalRecord.Withdrawal;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What became of the requests of one server, which is written after them. For one thread.
 *
 * @param withdrawals how often each was withdrawn and not looked at yet, by id
 * @param answers that are kept, by id
 */
record Aftermath(Map<Long, Integer> withdrawals, Map<Long, Told> answers) {
  /** An answer that is kept; without the reply where nobody looks at it. */
  record Told(@Nullable ReplyMessage reply) {}

  /** Reads what a server has written, but for replies. */
  static Aftermath of(ServerLog log) throws IOException {
    return of(log, answer -> new Told(null));
  }

  /** Reads all that a server has written. */
  static Aftermath withReplies(ServerLog log) throws IOException {
    return of(log, answer -> new Told(answer.kept().reply()));
  }

  private static Aftermath of(ServerLog log, Function<Answer, Told> told) throws IOException {
    Aftermath aftermath = new Aftermath(new HashMap<>(), new HashMap<>());
    JournalRecord record = log.next();
    while (record != null) {
      if (record instanceof Withdrawal withdrawal) {
        aftermath.withdrawals().merge(withdrawal.id(), 1, Integer::sum);
      } else if (record instanceof Answer answer) {
        aftermath.answers().put(answer.id(), told.apply(answer));
      }
      record = log.next();
    }
    return aftermath;
  }

  /**
   * Whether a request was withdrawn. To be asked once for each, in their order: one that comes
   * again afterwards is another one.
   */
  boolean isWithdrawn(Request request) {
    Integer left = withdrawals.get(request.id());
    if (left == null || left == 0) {
      return false;
    }
    withdrawals.put(request.id(), left - 1);
    return true;
  }

  /** Whether a request has a key and no answer, so that its client sends it again. */
  boolean isToComeAgain(Request request) {
    return request.hasKey() && !answers.containsKey(request.id());
  }
}
