package io.sparkserving.head;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.spark.SparkContext;

/**
 * What is alive in this JVM, by class.
 *
 * @param classes what the objects of each class take by themselves
 */
record LiveHeap(Map<String, Share> classes) {
  private static final Pattern LINE = Pattern.compile("\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+)");
  private static final long PATIENCE_MILLIS = 60_000;
  private static final int MOST_TOLD = 20;

  /** Objects of one class. */
  record Share(long objects, long bytes) {
    private static final Share NONE = new Share(0, 0);

    private Share plus(Share other) {
      return new Share(objects + other.objects, bytes + other.bytes);
    }
  }

  /**
   * Looks once Spark is done with what has been: its listeners hold the events that they are behind
   * with, and its cleaner frees what a collection has shown to be unused, which takes another
   * collection to be seen.
   */
  static LiveHeap of(SparkContext spark) throws Exception {
    spark.listenerBus().waitUntilEmpty(PATIENCE_MILLIS);
    LiveHeap least = collected();
    for (int inVain = 0; inVain < 3; inVain++) {
      LiveHeap now = collected();
      if (now.bytes() < least.bytes() - least.bytes() / 1_000) {
        least = now;
        inVain = -1;
      }
    }
    return least;
  }

  /** The virtual machine collects what is dead before it counts. */
  private static LiveHeap collected() throws JMException {
    Object histogram =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    Map<String, Share> classes = new HashMap<>();
    for (MatchResult line : LINE.matcher(histogram.toString()).results().toList()) {
      Share share = new Share(Long.parseLong(line.group(1)), Long.parseLong(line.group(2)));
      // Classes of lambdas are numbered.
      classes.merge(line.group(3).replaceAll("[/+]0x.*", ""), share, Share::plus);
    }
    return new LiveHeap(Map.copyOf(classes));
  }

  long bytes() {
    return classes.values().stream().mapToLong(Share::bytes).sum();
  }

  /** Objects of the classes whose names are of that kind. */
  long objects(Predicate<String> kind) {
    return classes.entrySet().stream()
        .filter(each -> kind.test(each.getKey()))
        .mapToLong(each -> each.getValue().objects())
        .sum();
  }

  /** The classes of which most has come since, each with its bytes. */
  String since(LiveHeap before) {
    return classes.entrySet().stream()
        .map(
            each ->
                Map.entry(
                    each.getKey(),
                    each.getValue().bytes()
                        - before.classes.getOrDefault(each.getKey(), Share.NONE).bytes()))
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(MOST_TOLD)
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }
}
