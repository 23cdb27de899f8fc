package io.sparkserving.exchange;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts a server's answers to callers whose tokens have names. There are as many callers as names
 * were ever configured. All threads may call all methods.
 */
public final class CallerAnswers {
  private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();

  /**
   * Answers that are counted together.
   *
   * @param caller name under which the caller's token is given
   * @param status of HTTP
   */
  public record Kind(String caller, int status) {}

  /** Counts an answer. */
  public void count(String caller, int status) {
    counts.computeIfAbsent(new Kind(caller, status), added -> new LongAdder()).increment();
  }

  /** The kinds of which there was an answer. */
  public Set<Kind> kinds() {
    return counts.keySet();
  }

  /** How many answers there were of a kind. */
  public long count(Kind kind) {
    LongAdder count = counts.get(kind);
    return count == null ? 0 : count.sum();
  }
}
