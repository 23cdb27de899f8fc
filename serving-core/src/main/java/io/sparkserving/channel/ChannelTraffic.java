package io.sparkserving.channel;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What has come to this JVM's internal channel since it started, by path. */
public final class ChannelTraffic {
  private static final Map<String, Tally> RECEIVED = new ConcurrentHashMap<>();

  private record Tally(LongAdder messages, LongAdder bytes) {}

  /**
   * Messages of one path.
   *
   * @param messages how many
   * @param bytes in their bodies
   */
  public record Count(long messages, long bytes) {
    /** What has come in addition since an earlier count. */
    public Count since(Count earlier) {
      return new Count(messages - earlier.messages, bytes - earlier.bytes);
    }
  }

  private ChannelTraffic() {}

  /** Only for messages that were let in, so that nobody else makes paths up. */
  static void count(String path, int bytes) {
    Tally tally =
        RECEIVED.computeIfAbsent(path, key -> new Tally(new LongAdder(), new LongAdder()));
    tally.messages.increment();
    tally.bytes.add(bytes);
  }

  /** Everything that was let in, by path. */
  public static Map<String, Count> received() {
    Map<String, Count> counts = new TreeMap<>();
    RECEIVED.forEach(
        (path, tally) -> counts.put(path, new Count(tally.messages.sum(), tally.bytes.sum())));
    return counts;
  }
}
