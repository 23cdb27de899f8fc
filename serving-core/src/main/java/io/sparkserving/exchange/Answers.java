package io.sparkserving.exchange;

import io.sparkserving.options.JournalConfiguration;
import io.sparkserving.options.ServiceConfiguration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the answers of one server leave: at once, or when their requests are safe in the journal; and
 * which of them answer further requests that are the same. All threads may call all methods; none
 * waits.
 */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  /** Answers a request that is open. */
  interface Open {
    boolean answer(Exchange exchange, ReplyMessage reply, @Nullable LongAdder counter);
  }

  private final String service;
  private final Intake intake;
  private final Journaling journaling;
  private final ExchangeCounters counters;
  private final Open open;
  private final @Nullable String header;
  private final @Nullable RepeatedRequests repeated;

  Answers(
      ServiceConfiguration configuration,
      Intake intake,
      Journaling journaling,
      ExchangeCounters counters,
      Open open,
      NanoClock clock) {
    this.service = configuration.name();
    this.intake = intake;
    this.journaling = journaling;
    this.counters = counters;
    this.open = open;
    JournalConfiguration journal = configuration.journal().orElse(null);
    this.header = journal == null ? null : journal.idempotencyKey();
    this.repeated =
        journal == null || header == null ? null : new RepeatedRequests(header, journal, clock);
  }

  /** Whether the query has got the request before, by which the request has its answer. */
  boolean isRepeated(Exchange exchange) {
    RequestKey key = header == null ? null : RequestKey.of(exchange.request(), header);
    if (repeated == null || key == null) {
      return false;
    }
    exchange.noteKey(key);
    RepeatedRequests.Verdict verdict = repeated.admit(key, exchange);
    if (verdict instanceof RepeatedRequests.Verdict.Answered answered) {
      open.answer(exchange, answered.reply(), counters.replied);
    }
    return !(verdict instanceof RepeatedRequests.Verdict.New);
  }

  /**
   * Sends an answer as soon as its request is safe, if the request is written down.
   *
   * @param counter of the way in which the request was answered; null if nobody counts it
   * @param done gets what went wrong, or null
   */
  void send(
      Exchange exchange,
      ReplyMessage reply,
      @Nullable LongAdder counter,
      Consumer<@Nullable Throwable> done) {
    ReplyMessage sent = intake.isDraining() ? reply.closing() : reply;
    Journaling.Journaled journaled = exchange.journaled();
    KeptAnswer kept = kept(exchange, reply, counter);
    if (journaled == null) {
      exchange.responder().respond(sent, done);
      answerOthers(kept);
      return;
    }
    journaled
        .entry()
        .whenSafe(
            kept,
            failure -> {
              if (failure != null) {
                LOG.debug("Service {}: request {} is not safe", service, exchange.id(), failure);
              }
              exchange.responder().respond(failure == null ? sent : Problems.notJournaled(), done);
              answerOthers(kept);
            });
  }

  /** What is to be kept of an answer, for requests that are the same. */
  private @Nullable KeptAnswer kept(
      Exchange exchange, ReplyMessage reply, @Nullable LongAdder counter) {
    if (repeated == null || !exchange.hasKey()) {
      return null;
    }
    if (counter == counters.replied || counter == counters.withoutReply) {
      return repeated.replied(exchange.id(), reply);
    }
    boolean mayBeWorkedOn = counter == counters.timedOut || counter == counters.lost;
    if (mayBeWorkedOn && exchange.journaled() != null) {
      repeated.told(exchange.id(), reply);
      return null;
    }
    for (Exchange other : repeated.forget(exchange.id())) {
      open.answer(other, reply, counter);
    }
    return null;
  }

  private void answerOthers(@Nullable KeptAnswer kept) {
    if (kept != null && repeated != null) {
      for (Exchange other : repeated.others(kept)) {
        open.answer(other, kept.reply(), counters.replied);
      }
    }
  }

  /** Keeps a reply that comes after its client was told otherwise. */
  void keepLate(ReplyPlace place, ReplyMessage reply) {
    if (place.isOfRequest()) {
      keep(place.requestId(), reply);
    }
  }

  private void keep(long requestId, ReplyMessage reply) {
    KeptAnswer kept = repeated == null ? null : repeated.replied(requestId, reply);
    if (kept != null) {
      journaling.keep(requestId, kept);
      answerOthers(kept);
    }
  }

  /**
   * Notes that what the query has computed so far is saved: whatever clients were told of it, they
   * will be told again.
   */
  void noteSaved() {
    if (repeated != null) {
      repeated.toldOtherwise().forEach(this::keep);
    }
  }

  /** Notes that what the query has computed and not saved is void, where nobody acknowledged it. */
  void noteVoid() {
    if (repeated != null) {
      for (long id : repeated.toldOtherwise().keySet()) {
        repeated.forget(id).forEach(other -> open.answer(other, Problems.stopped(), null));
      }
    }
  }

  /** Takes in an answer that an earlier server has kept. */
  void recover(KeptAnswer answer) {
    if (repeated != null) {
      repeated
          .recover(answer)
          .forEach((exchange, reply) -> open.answer(exchange, reply, counters.replied));
    }
  }
}
