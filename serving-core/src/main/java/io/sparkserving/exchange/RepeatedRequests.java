package io.sparkserving.exchange;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkserving.options.JournalConfiguration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one server that clients may send again, by their keys: the query gets each once.
 * Kept for the time that the options say, and the newest of them in any case where memory is short.
 * All threads may call all methods; none waits, and nobody is called with the lock held.
 */
final class RepeatedRequests {
  private static final LimitedLog FORGOTTEN = LimitedLog.of(RepeatedRequests.class);

  /** Part of the heap that answers may hold. */
  private static final long HEAP_SHARE = 8;

  /** Bytes of an answer besides its body and key, about. */
  private static final int OVERHEAD = 500;

  /** What becomes of a request that has just come. */
  sealed interface Verdict {
    /** The query has to get it. */
    record New() implements Verdict {}

    /** It gets the answer of the first when that is there. */
    record Joined() implements Verdict {}

    /** It gets this answer. */
    record Answered(ReplyMessage reply) implements Verdict {}
  }

  private static final class Known {
    final String digest;
    final long firstId;

    /** Those that wait for the query's reply. */
    final List<Exchange> waiting = new ArrayList<>();

    @Nullable ReplyMessage reply;

    /** What the client was told where that is not the query's reply. */
    @Nullable ReplyMessage told;

    long until;

    Known(String digest, long firstId, long until) {
      this.digest = digest;
      this.firstId = firstId;
      this.until = until;
    }
  }

  private final String header;
  private final long windowNanos;
  private final long mostBytes;
  private final NanoClock clock;

  /** Oldest first. */
  @GuardedBy("this")
  private final LinkedHashMap<String, Known> byKey = new LinkedHashMap<>();

  /** Keys of those that wait for the query's reply. */
  @GuardedBy("this")
  private final Map<Long, String> pending = new HashMap<>();

  @GuardedBy("this")
  private long bytes;

  RepeatedRequests(String header, JournalConfiguration configuration, NanoClock clock) {
    this(
        header,
        configuration.window().toNanos(),
        Runtime.getRuntime().maxMemory() / HEAP_SHARE,
        clock);
  }

  RepeatedRequests(String header, long windowNanos, long mostBytes, NanoClock clock) {
    this.header = header;
    this.windowNanos = windowNanos;
    this.mostBytes = mostBytes;
    this.clock = clock;
  }

  /** Says what becomes of a request with a key. */
  synchronized Verdict admit(RequestKey key, Exchange exchange) {
    long now = clock.nanoTime();
    forgetOld(now);
    Known known = byKey.get(key.key());
    if (known == null) {
      Known first = new Known(key.digest(), exchange.id(), now + windowNanos);
      first.waiting.add(exchange);
      byKey.put(key.key(), first);
      pending.put(exchange.id(), key.key());
      return new Verdict.New();
    }
    if (!known.digest.equals(key.digest())) {
      return new Verdict.Answered(Problems.keyReused(header));
    }
    if (known.reply != null) {
      return new Verdict.Answered(known.reply);
    }
    known.waiting.add(exchange);
    return new Verdict.Joined();
  }

  /**
   * Notes the query's reply to the first request of a key.
   *
   * @return what is to be kept; null if the request is none of these, or has been replied to
   */
  synchronized @Nullable KeptAnswer replied(long requestId, ReplyMessage reply) {
    String key = pending.remove(requestId);
    Known known = key == null ? null : byKey.get(key);
    if (known == null) {
      return null;
    }
    known.reply = reply;
    bytes += size(key, reply);
    return new KeptAnswer(key, known.digest, reply);
  }

  /** Notes what a client was told though the query may still reply. */
  synchronized void told(long requestId, ReplyMessage reply) {
    String key = pending.get(requestId);
    Known known = key == null ? null : byKey.get(key);
    if (known != null) {
      known.told = reply;
    }
  }

  /** Forgets a request that the query has not got, or has failed on: it may come again. */
  synchronized List<Exchange> forget(long requestId) {
    String key = pending.remove(requestId);
    Known known = key == null ? null : byKey.remove(key);
    return known == null ? List.of() : taken(known);
  }

  /** The requests that wait for the answer that was given to the first of their key. */
  synchronized List<Exchange> others(KeptAnswer answer) {
    Known known = byKey.get(answer.key());
    return known == null ? List.of() : taken(known);
  }

  private static List<Exchange> taken(Known known) {
    List<Exchange> waiting = List.copyOf(known.waiting);
    known.waiting.clear();
    return waiting;
  }

  /** Ids of those whose clients were told something else than a reply. */
  synchronized Map<Long, ReplyMessage> toldOtherwise() {
    Map<Long, ReplyMessage> told = new HashMap<>();
    pending.forEach(
        (id, key) -> {
          Known known = byKey.get(key);
          if (known != null && known.told != null) {
            told.put(id, known.told);
          }
        });
    return told;
  }

  /**
   * Takes in an answer that an earlier server has kept.
   *
   * @return what is to be answered, of what has come before that was known
   */
  synchronized Map<Exchange, ReplyMessage> recover(KeptAnswer answer) {
    Known known = new Known(answer.digest(), 0, clock.nanoTime() + windowNanos);
    known.reply = answer.reply();
    Known before = byKey.put(answer.key(), known);
    bytes += size(answer.key(), answer.reply());
    if (before == null) {
      return Map.of();
    }
    if (before.reply != null) {
      bytes -= size(answer.key(), before.reply);
    }
    pending.remove(before.firstId);
    ReplyMessage reply =
        before.digest.equals(answer.digest()) ? answer.reply() : Problems.keyReused(header);
    Map<Exchange, ReplyMessage> answers = new HashMap<>();
    taken(before).forEach(each -> answers.put(each, reply));
    return answers;
  }

  @GuardedBy("this")
  private void forgetOld(long now) {
    Iterator<Map.Entry<String, Known>> oldest = byKey.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Known> entry = oldest.next();
      Known known = entry.getValue();
      boolean isOld = now - known.until >= 0;
      if (!isOld && bytes <= mostBytes) {
        return;
      }
      if (!isOld) {
        FORGOTTEN.warn(
            header,
            "The answers to requests with {} take more than an eighth of the heap: the oldest are"
                + " forgotten before idempotency.window is over. Give the JVM more memory, or make"
                + " the window shorter.",
            header);
      }
      if (known.reply != null) {
        bytes -= size(entry.getKey(), known.reply);
      }
      pending.remove(known.firstId);
      oldest.remove();
    }
  }

  private static long size(String key, ReplyMessage reply) {
    return OVERHEAD + 2L * key.length() + reply.body().length;
  }
}
